import { createHmac, randomUUID } from "node:crypto";
import { errorCatalogue, type PullRequest, type PushInput } from "@tidemark/api/contracts";
import { TidemarkError } from "@tidemark/api/errors";
import { createSyncEngine, type OperationHandlers, type SyncEngine, type SyncPolicy } from "@tidemark/api/server";
import { createMemorySyncStore, type MemoryRows } from "@tidemark/api/testing";
import { notesContract, type Note, type NotesContract } from "./notes-contract.ts";

type Rows = Record<string, { readonly id: string }> & {
  readonly note: Note;
  /** What took effect, written with it; ids count up. */
  readonly effect: Effect;
};
interface Effect {
  readonly id: string;
  readonly name: string;
  readonly noteId: string;
}
type Tx = MemoryRows<Rows>;

export interface NotesServer {
  /** The engine, whose errors are the catalogue's own. */
  engine(): SyncEngine<NotesContract, Tx>;
  push(userId: string, input: PushInput): ReturnType<ReturnType<typeof createSyncEngine>["push"]>;
  pull(userId: string, request: PullRequest): ReturnType<ReturnType<typeof createSyncEngine>["pull"]>;
  setMember(list: string, userId: string, grant?: number): Promise<void>;
  removeMember(list: string, userId: string): Promise<void>;
  notes(): Promise<readonly Note[]>;
  /** Texts of all notes by the order in which they were added. */
  texts(): Promise<readonly string[]>;
  /** What took effect, in order. */
  effects(): Promise<readonly Effect[]>;
  /** Another history: what was there is gone, as after restoring an empty backup. */
  restoreEmpty(): Promise<void>;
  rotateCursorKey(): void;
  /** Shows one page per so many changes. */
  pageSize: number;
}

interface NotesServerOptions {
  readonly contract?: NotesContract;
  readonly oldestVersion?: number;
}

/** The real engine over the in-memory store; errors leave it as tRPC's client would throw them. */
export function createNotesServer({ contract = notesContract, oldestVersion }: NotesServerOptions = {}): NotesServer {
  let history = 1;
  let cursorKey = "key 1";
  let store = createMemorySyncStore<Rows>({ epoch: `epoch ${history}` });
  let effectCount = 0;
  const members = new Map<string, number>();

  const handlers: OperationHandlers<NotesContract, Tx> = {
    "note.add": async ({ tx, args, changes }) => {
      if (args.text.startsWith("bad")) throw new TidemarkError("FORBIDDEN", { message: "Bad notes are refused." });
      const row = { ...args, at: `2026-01-01T00:00:00.${String(effectCount).padStart(6, "0")}Z` };
      await tx.put("note", row);
      changes.put("note", row);
      await took(tx, "note.add", args.id);
    },
    "note.edit": async ({ tx, args, changes }) => {
      if (args.text.startsWith("bad")) throw new TidemarkError("FORBIDDEN", { message: "Bad notes are refused." });
      const row = { ...(await existing(tx, args.id)), text: args.text };
      await tx.put("note", row);
      changes.put("note", row);
      await took(tx, "note.edit", args.id);
    },
    "note.remove": async ({ tx, args, changes }) => {
      const row = await existing(tx, args.id);
      if (row.text.startsWith("keep")) throw new TidemarkError("FORBIDDEN", { message: "This note is kept." });
      await tx.delete("note", args.id);
      changes.delete("note", row);
      await took(tx, "note.remove", args.id);
    },
  };
  const took = (tx: Tx, name: string, noteId: string) => {
    effectCount += 1;
    return tx.put("effect", { id: String(effectCount).padStart(6, "0"), name, noteId });
  };
  const policy: SyncPolicy<Tx> = {
    authorize: async () => ({ allowed: true }),
    readableScopes: async ({ user }) =>
      [...members]
        .filter(([key]) => key.endsWith(`/${user.id}`))
        .map(([key, grant]) => ({ scope: `list:${key.split("/")[0] ?? ""}`, grant })),
  };
  const engine = (): SyncEngine<NotesContract, Tx> =>
    createSyncEngine({
      contract,
      ...(oldestVersion !== undefined && { oldestVersion }),
      handlers,
      policy,
      store,
      sign: (text) => createHmac("sha256", cursorKey).update(text).digest("base64url"),
      now: () => 0,
      newId: randomUUID,
    });

  const server: NotesServer = {
    engine,
    async effects() {
      const effects = await store.read(({ tx }) => tx.list("effect"));
      return [...effects].sort((left, right) => (left.id < right.id ? -1 : 1));
    },
    pageSize: 1_000,
    push: (userId, input) => asTrpcWould(engine().push({ id: userId }, input)),
    pull: (userId, request) => asTrpcWould(engine().pull({ id: userId }, { ...request, limit: server.pageSize })),
    async setMember(list, userId, grant = 1) {
      members.set(`${list}/${userId}`, grant);
    },
    async removeMember(list, userId) {
      members.delete(`${list}/${userId}`);
    },
    notes: () => store.read(({ tx }) => tx.list("note")),
    async texts() {
      const notes = await server.notes();
      return [...notes].sort((left, right) => (left.at < right.at ? -1 : 1)).map(({ text }) => text);
    },
    async restoreEmpty() {
      history += 1;
      store = createMemorySyncStore<Rows>({ epoch: `epoch ${history}` });
    },
    rotateCursorKey() {
      cursorKey = `${cursorKey}'`;
    },
  };
  return server;
}

async function existing(tx: Tx, id: string): Promise<Note> {
  const row = await tx.get("note", id);
  if (row === undefined) throw new TidemarkError("NOT_FOUND", { message: "There is no such note." });
  return row;
}

/** A failed call as tRPC's client shows it: the code in `data`, never in the text. */
export class CallError extends Error {
  readonly data: Readonly<Record<string, unknown>> | undefined;
  constructor(message: string, data?: Readonly<Record<string, unknown>>) {
    super(message);
    this.data = data;
  }
}

async function asTrpcWould<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof TidemarkError)) throw error;
    throw new CallError(error.message, {
      code: error.code,
      httpStatus: errorCatalogue[error.code].http,
      ...error.details,
    });
  }
}
