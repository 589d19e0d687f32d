import { createHmac } from "node:crypto";
import * as z from "zod";
import { TidemarkError } from "../errors.ts";
import { createMemorySyncStore, type MemorySyncStore } from "./memory-sync-store.ts";
import type { MemoryRows } from "./memory-transaction.ts";
import type { OperationHandlers } from "./operation-handlers.ts";
import { defineSyncContract } from "./sync-contract.ts";
import type { ParkedFailure } from "./push.ts";
import { createSyncEngine } from "./sync-engine.ts";
import type { SyncPolicy } from "./sync-policy.ts";
import type { PushInput, PushOperation } from "./sync-protocol.ts";
import type { SyncStore } from "./sync-store.ts";

/** A second contract, as unlike lessons as can be: if the engine serves it, it knows nothing of lessons. */
const todo = z.object({ id: z.string(), listId: z.string(), text: z.string(), done: z.boolean() });
const byId = z.strictObject({ id: z.string().min(1).max(100) });

export const todoContract = defineSyncContract({
  name: "todos",
  version: 3,
  entities: { todo: { schema: todo, scopeOf: (row) => `list:${row.listId}`, indexes: { byList: ["listId", "text"] } } },
  operations: {
    "todo.add": {
      args: z.strictObject({
        id: z.string().min(1),
        listId: z.string(),
        text: z.string(),
        note: z.unknown().optional(),
      }),
    },
    "todo.finish": { args: byId },
    "todo.remove": { args: byId },
  },
});

interface Membership {
  readonly id: string;
  readonly role: "writer" | "reader";
  /** Rises whenever the person is let in again. */
  readonly grant: number;
}

export interface TodoRows extends Record<string, { readonly id: string }> {
  readonly todo: z.infer<typeof todo>;
  /** By `list/user`. */
  readonly member: Membership;
}
export type TodoTx = MemoryRows<TodoRows>;
type AddedTodo = z.infer<typeof todo>;

/** What a test may let go wrong: runs after `todo.add` has written its row. */
interface TodoFaults {
  afterAdd?: (row: AddedTodo) => void | Promise<void>;
}

export const todoPolicy: SyncPolicy<TodoTx> = {
  async authorize({ tx, user, args }) {
    const { id, listId } = z.object({ id: z.string(), listId: z.string().optional() }).parse(args);
    const list = listId ?? (await tx.get("todo", id))?.listId;
    const member = list === undefined ? undefined : await tx.lock("member", `${list}/${user.id}`);
    if (member === undefined) return { allowed: false, code: "NOT_FOUND", message: "There is no such list." };
    if (member.role === "reader") return { allowed: false, code: "FORBIDDEN", message: "You may only read this list." };
    return { allowed: true };
  },
  async readableScopes({ tx, user }) {
    const memberships = (await tx.list("member")).filter(({ id }) => id.endsWith(`/${user.id}`));
    return memberships.map(({ id, grant }) => ({ scope: `list:${id.split("/")[0] ?? ""}`, grant }));
  },
};

const todoHandlers = (faults: TodoFaults): OperationHandlers<typeof todoContract, TodoTx> => {
  const existing = async (tx: TodoTx, id: string) => {
    const row = await tx.get("todo", id);
    if (row === undefined) throw new TidemarkError("NOT_FOUND", { message: "There is no such todo." });
    return row;
  };
  return {
    "todo.add": async ({ tx, args: { id, listId, text }, changes }) => {
      if ((await tx.get("todo", id)) !== undefined) {
        throw new TidemarkError("CONFLICT", { message: "Another todo has this id." });
      }
      const row = { id, listId, text, done: false };
      await tx.put("todo", row);
      changes.put("todo", row);
      await faults.afterAdd?.(row);
      return row;
    },
    "todo.finish": async ({ tx, args, changes }) => {
      const row = { ...(await existing(tx, args.id)), done: true };
      await tx.put("todo", row);
      changes.put("todo", row);
      return row;
    },
    "todo.remove": async ({ tx, args, changes }) => {
      const row = await existing(tx, args.id);
      await tx.delete("todo", args.id);
      changes.delete("todo", row);
    },
  };
};

export const signWith = (key: string) => (text: string) => createHmac("sha256", key).update(text).digest("base64url");

export const ann = { id: "00000000-0000-4000-8000-00000000000a" };
export const bob = { id: "00000000-0000-4000-8000-00000000000b" };
export const deviceIdOf = (count: number) => `00000000-0000-4000-8000-${count.toString(16).padStart(12, "0")}`;
export const operationIdOf = (count: number) => `0190a5c0-0000-7000-8000-${count.toString(16).padStart(12, "0")}`;

interface TodoEngineOptions {
  readonly store?: MemorySyncStore<TodoRows>;
  /** Puts a store that fails in some way before the real one. */
  readonly wrapStore?: (store: SyncStore<TodoTx>) => SyncStore<TodoTx>;
  readonly policy?: SyncPolicy<TodoTx>;
  readonly key?: string;
  readonly oldestVersion?: number;
  readonly onParked?: (failure: ParkedFailure) => void;
}

/** An engine over an empty store, with Ann as a writer of the list `home` unless the store is given. */
export async function openTodos(options: TodoEngineOptions = {}) {
  const store = options.store ?? createMemorySyncStore<TodoRows>();
  const faults: TodoFaults = {};
  let conflictCount = 0;
  const engine = createSyncEngine({
    contract: todoContract,
    handlers: todoHandlers(faults),
    policy: options.policy ?? todoPolicy,
    store: options.wrapStore?.(store) ?? store,
    sign: signWith(options.key ?? "key"),
    ...(options.onParked !== undefined && { onParked: options.onParked }),
    ...(options.oldestVersion !== undefined && { oldestVersion: options.oldestVersion }),
    now: () => Date.UTC(2026, 0, 1),
    newId: () => `conflict ${(conflictCount += 1)}`,
  });
  const setMember = (list: string, user: { readonly id: string }, as: Partial<Omit<Membership, "id">> = {}) =>
    store.write(({ tx }) => tx.put("member", { role: "writer", grant: 1, ...as, id: `${list}/${user.id}` }));
  if (options.store === undefined) await setMember("home", ann);
  return {
    engine,
    store,
    faults,
    setMember,
    removeMember: (list: string, user: { readonly id: string }) =>
      store.write(({ tx }) => tx.delete("member", `${list}/${user.id}`)),
    todos: () => store.read(({ tx }) => tx.list("todo")),
    texts: async () => (await store.read(({ tx }) => tx.list("todo"))).map(({ text }) => text),
  };
}
export type Todos = Awaited<ReturnType<typeof openTodos>>;

/** An operation whose id follows from its seq, so that a test can name both. */
export function operation(seq: number, name: string, args: unknown): PushOperation {
  return { id: operationIdOf(seq), seq, name, args, at: "2026-01-01T00:00:00.000Z" };
}

export const add = (
  seq: number,
  args: Record<string, unknown> = {},
  fields: Partial<PushOperation> = {},
): PushOperation => ({
  ...operation(seq, "todo.add", { id: `todo ${seq}`, listId: "home", text: `text ${seq}`, ...args }),
  ...fields,
});

export const adds = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => add(from + index));

export const batch = (ops: readonly PushOperation[], fields: Partial<PushInput> = {}): PushInput => ({
  deviceId: deviceIdOf(1),
  ops: [...ops],
  ...fields,
});
