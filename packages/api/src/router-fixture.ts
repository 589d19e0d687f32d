import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { TidemarkError } from "./errors.ts";
import { appRouter } from "./router.ts";
import { ann, openTodos } from "./sync/todo-fixture.ts";
import type { RequestContext, Services } from "./trpc.ts";

const absent = () => Promise.reject(new TidemarkError("NOT_FOUND", { message: "There is no such thing." }));

export const absentLessons: Services["lessons"] = {
  list: absent,
  byId: absent,
  create: absent,
  update: absent,
  reschedule: absent,
  cancel: absent,
  invite: absent,
  previewInvite: absent,
  acceptInvite: absent,
  setRole: absent,
  removeParticipant: absent,
};

/** The router over a real engine; what the other services answer is each test's own. */
export async function openRouter(overrides: Partial<Services> = {}) {
  const todos = await openTodos();
  const cookies: string[] = [];
  const context = (token: string | null): RequestContext => ({
    requestId: "request 1",
    services: {
      auth: {
        register: absent,
        login: absent,
        refresh: absent,
        logout: absent,
        me: absent,
        updateProfile: absent,
        wsTicket: absent,
      },
      lessons: absentLessons,
      chat: { send: absent, edit: absent, delete: absent, markRead: absent, history: absent },
      presence: { onlineStatus: absent },
      sync: todos.engine,
      ...overrides,
    },
    authenticate: async () => {
      if (token === null) return null;
      if (token !== "ann") throw new TidemarkError("UNAUTHORIZED", { message: "The access token has ended." });
      return { id: ann.id, sessionId: "session 1" };
    },
    refreshCookie: {
      read: () => cookies.at(-1),
      set: (refreshToken) => void cookies.push(refreshToken),
      clear: () => void cookies.push("cleared"),
    },
  });

  const call = async (path: string, init: RequestInit, token: string | null) => {
    const response = await fetchRequestHandler({
      endpoint: "/trpc",
      router: appRouter,
      req: new Request(`http://tidemark.test/trpc/${path}`, init),
      createContext: () => context(token),
    });
    return { status: response.status, text: await response.text() };
  };
  return {
    todos,
    cookies,
    context,
    /** POSTs `input`, or a ready text, as JSON. */
    mutate: (path: string, input: unknown, token: string | null = "ann") => {
      const body = typeof input === "string" ? input : JSON.stringify(input);
      return call(path, { method: "POST", headers: { "content-type": "application/json" }, body }, token);
    },
    query: (path: string, input: unknown, token: string | null = "ann") =>
      call(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {}, token),
  };
}
