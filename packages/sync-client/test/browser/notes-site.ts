import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import { TidemarkError } from "@tidemark/api/errors";
import { appRouter, type Services, type SyncOperations } from "@tidemark/api/server";
import { bundlePage, servePage, type PageFiles } from "@tidemark/browser-testing";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { createNotesServer, type NotesServer } from "../notes-server.ts";

/** The notes page and its server: the real engine behind the real router, by HTTP. */
export interface NotesSite {
  readonly url: string;
  readonly server: NotesServer;
  /** Befalls each push and pull before the engine hears of it: throw to refuse, wait to hold it back. */
  beforeCall: (call: SyncCall) => void | Promise<void>;
  /** Refuses every token, as after its end. */
  isSignedOut: boolean;
  /** Operations that a push brought again after the server had taken them. */
  readonly resent: () => number;
  /** Resolves when the tab's writes did. The tab stands still from there on: its report is never answered. */
  resolved(tab: string): Promise<{ readonly wasLeader: boolean }>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the server was asked for, as far as tests look at it. */
export interface SyncCall {
  readonly kind: "push" | "pull";
  readonly userId: string;
  readonly deviceId: string;
}

let bundled: Promise<PageFiles> | undefined;

/** Ann is a member of the list `home`, which everybody's tabs show unless they say otherwise. */
export async function startNotesSite(): Promise<NotesSite> {
  bundled ??= bundlePage(fileURLToPath(new URL("notes-page.ts", import.meta.url)));
  const server = createNotesServer();
  await server.setMember("home", "ann");
  const reports = new EventEmitter();
  let resent = 0;
  const operations: SyncOperations = {
    async push(user, input) {
      await site.beforeCall({ kind: "push", userId: user.id, deviceId: input.deviceId });
      const output = await server.engine().push(user, input);
      resent += output.results.filter(({ status }) => status === "duplicate").length;
      return output;
    },
    async pull(user, input) {
      await site.beforeCall({ kind: "pull", userId: user.id, deviceId: input.deviceId });
      return server.engine().pull(user, input);
    },
  };
  const answerTrpc = createHTTPHandler({
    router: appRouter,
    basePath: "/trpc/",
    allowMethodOverride: true,
    createContext: ({ req }) => ({
      requestId: randomUUID(),
      // The procedures of `sync` ask for no other service.
      services: { sync: operations } as Services,
      authenticate: async () => {
        const userId = req.headers.authorization;
        if (userId === undefined || site.isSignedOut) {
          throw new TidemarkError("UNAUTHORIZED", { message: "The token has ended." });
        }
        return { id: userId, sessionId: userId };
      },
      refreshCookie: { read: () => undefined, set: () => {}, clear: () => {} },
    }),
  });
  const page = await servePage(await bundled, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname.startsWith("/trpc/")) answerTrpc(request, response);
    else if (pathname === "/resolved") reports.emit(searchParams.get("tab") ?? "", searchParams.get("leader"));
    else return false;
    return true;
  });
  const site: NotesSite = {
    url: page.url,
    server,
    beforeCall: () => {},
    isSignedOut: false,
    resent: () => resent,
    async resolved(tab) {
      const [leader]: unknown[] = await once(reports, tab);
      return { wasLeader: leader === "true" };
    },
    [Symbol.asyncDispose]: page.close,
  };
  return site;
}
