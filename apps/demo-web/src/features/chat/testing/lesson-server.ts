import { createHmac, randomUUID } from "node:crypto";
import {
  appRouter,
  createSyncEngine,
  lessonScope,
  readMarkId,
  TidemarkError,
  tidemarkContract,
  type ChatMessage,
  type OperationHandlers,
  type ReadMark,
  type Services,
  type TidemarkContract,
} from "@tidemark/api/server";
import { createMemorySyncStore, type MemoryRows } from "@tidemark/api/testing";
import { createTRPCClient, localLink } from "@trpc/client";
import type { ApiClient } from "../../../api-client.ts";

type Rows = Record<string, { readonly id: string }> & {
  readonly chatMessage: ChatMessage;
  readonly readMark: ReadMark;
};
type Tx = MemoryRows<Rows>;

/** A server with one lesson, which everyone takes part in: the real router and engine over the in-memory store. */
export interface LessonServer {
  readonly lessonId: string;
  /** The API as that person calls it. */
  api(userId: string): ApiClient;
  /** Messages of that person, each a second after the one before; answers them as stored. */
  say(userId: string, texts: readonly string[]): Promise<readonly ChatMessage[]>;
  /** How far the person has read, as far as the server was told. */
  readUpTo(userId: string): Promise<string | undefined>;
}

const FIRST_MESSAGE_AT = Date.UTC(2026, 0, 1, 10);

export function createLessonServer(): LessonServer {
  const lessonId = randomUUID();
  const store = createMemorySyncStore<Rows>();
  let said = 0;

  const handlers: OperationHandlers<TidemarkContract, Tx> = {
    "chat.send": async ({ tx, user, args, changes }) => {
      const at = new Date(FIRST_MESSAGE_AT + 1_000 * said).toISOString().replace("Z", "000Z");
      said += 1;
      const message = { ...args, authorId: user.id, createdAt: at, editedAt: null };
      await tx.put("chatMessage", message);
      changes.put("chatMessage", message);
      return message;
    },
    "chat.markRead": async ({ tx, user, args: { upTo }, changes }) => {
      const message = await tx.get("chatMessage", upTo);
      if (message === undefined) throw absent();
      const mark = { id: readMarkId(user.id, lessonId), userId: user.id, lessonId, upTo, upToAt: message.createdAt };
      await tx.put("readMark", mark);
      changes.put("readMark", mark);
      return mark;
    },
    "chat.edit": refuse,
    "chat.delete": refuse,
    "lesson.update": refuse,
  };
  const engine = createSyncEngine({
    contract: tidemarkContract,
    handlers,
    policy: {
      authorize: async () => ({ allowed: true }),
      readableScopes: async ({ user }) => [
        { scope: lessonScope(lessonId), grant: 1 },
        { scope: `user:${user.id}`, grant: 1 },
      ],
    },
    store,
    sign: (text) => createHmac("sha256", lessonId).update(text).digest("base64url"),
    now: Date.now,
    newId: randomUUID,
  });
  const services: Services = {
    auth: {
      register: refuse,
      login: refuse,
      refresh: refuse,
      logout: refuse,
      me: refuse,
      updateProfile: refuse,
      wsTicket: refuse,
    },
    lessons: {
      list: refuse,
      byId: refuse,
      create: refuse,
      update: refuse,
      reschedule: refuse,
      cancel: refuse,
      invite: refuse,
      previewInvite: refuse,
      acceptInvite: refuse,
      setRole: refuse,
      removeParticipant: refuse,
    },
    chat: {
      send: async (user, args) => (await engine.execute(user, "chat.send", args)) as ChatMessage,
      markRead: async (user, args) => (await engine.execute(user, "chat.markRead", args)) as ReadMark,
      edit: refuse,
      delete: refuse,
      history: refuse,
    },
    presence: { onlineStatus: refuse },
    sync: engine,
  };

  const api = (userId: string): ApiClient =>
    createTRPCClient({
      links: [
        localLink({
          router: appRouter,
          createContext: async () => ({
            requestId: randomUUID(),
            services,
            authenticate: async () => ({ id: userId, sessionId: userId }),
            refreshCookie: { read: () => undefined, set: () => {}, clear: () => {} },
          }),
        }),
      ],
    });
  return {
    lessonId,
    api,
    async say(userId, texts) {
      const messages: ChatMessage[] = [];
      for (const text of texts) messages.push(await api(userId).chat.send.mutate({ id: randomUUID(), lessonId, text }));
      return messages;
    },
    readUpTo: (userId) => store.read(async ({ tx }) => (await tx.get("readMark", readMarkId(userId, lessonId)))?.upTo),
  };
}

const absent = () => new TidemarkError("NOT_FOUND", { message: "This lesson has messages and read marks only." });
const refuse = () => Promise.reject(absent());
