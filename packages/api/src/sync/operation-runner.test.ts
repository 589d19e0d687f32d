import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import type { MemoryRows } from "./memory-transaction.ts";
import { createChangeRecorder, type AnyOperationHandlers } from "./operation-handlers.ts";
import { createOperationRunner } from "./operation-runner.ts";
import { defineSyncContract, type SyncContract } from "./sync-contract.ts";
import { createSyncEngine } from "./sync-engine.ts";
import type { SyncPolicy } from "./sync-policy.ts";
import { ann, batch, bob, deviceIdOf, operation, signWith } from "./todo-fixture.ts";

const note = z.object({ id: z.string(), text: z.string() });
type NoteRows = Record<string, z.infer<typeof note>>;
type NoteTx = MemoryRows<NoteRows>;

/** A contract that leaves out what it may: no strategies, and an operation that touches more rows than its target. */
const noteContract = defineSyncContract({
  name: "notes",
  version: 1,
  entities: { note: { schema: note, scopeOf: () => "all" }, tag: { schema: note, scopeOf: () => "all" } },
  operations: {
    "note.put": { args: note },
    "note.edit": { args: note, updates: "note" },
    "note.replace": { args: note, updates: "note" },
    "tag.edit": { args: note, updates: "tag" },
    "note.touch": { args: note.pick({ id: true }), updates: "note" },
    "note.clear": { args: z.undefined() },
  },
});

const everything: SyncPolicy<NoteTx> = {
  authorize: async () => ({ allowed: true }),
  readableScopes: async () => [{ scope: "all", grant: 1 }],
};

function openNotes() {
  const store = createMemorySyncStore<NoteRows>();
  let conflictCount = 0;
  const engine = createSyncEngine({
    contract: noteContract,
    store,
    policy: everything,
    sign: signWith("key"),
    now: () => 0,
    newId: () => `conflict ${(conflictCount += 1)}`,
    handlers: {
      "note.put": async ({ args, changes }) => changes.put("note", args),
      "note.edit": async ({ args, changes }) => {
        changes.put("note", args);
        changes.put("note", { id: "log", text: `${args.id} was edited` });
        changes.put("tag", args);
      },
      "tag.edit": async ({ args, changes }) => changes.put("tag", args),
      "note.replace": async ({ args, changes }) => {
        changes.delete("note", args);
        changes.put("note", { ...args, id: `${args.id}+` });
      },
      "note.touch": async ({ args, changes }) => changes.put("note", { id: args.id, text: "touched" }),
      "note.clear": async ({ changes }) => changes.put("note", { id: "log", text: "cleared" }),
    },
  });
  const push = async (user: { readonly id: string }, ...ops: Parameters<typeof batch>[0]) =>
    (await engine.push(user, batch(ops, { deviceId: deviceIdOf(user === ann ? 1 : 2) }))).results;
  const pull = async () =>
    (await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 100 })).changes.map(
      ({ entity, value }) => ({ entity, value }),
    );
  return { engine, push, pull };
}

describe("an operation that changes a row field by field", () => {
  it("S30: wins as the later one where its entity declares no strategies", async () => {
    const { push } = openNotes();
    await push(ann, operation(1, "note.put", { id: "a", text: "first" }));
    await push(ann, operation(2, "note.edit", { id: "a", text: "ann's" }));
    const edit = { ...operation(1, "note.edit", { id: "a", text: "bob's" }), base: 1 };
    expect(await push(bob, edit)).toMatchObject([{ status: "applied" }]);
  });

  it("S29: marks the row that it is about and no other", async () => {
    const { push, pull } = openNotes();
    await push(ann, operation(1, "note.edit", { id: "a", text: "ann's" }));
    const edits = [
      { ...operation(1, "note.edit", { id: "log", text: "bob's" }), base: 0 },
      { ...operation(2, "tag.edit", { id: "a", text: "bob's" }), base: 0 },
      { ...operation(3, "note.edit", { id: "a", text: "bob's" }), base: 0 },
    ];
    expect((await push(bob, ...edits)).map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
    const conflicts = (await pull()).filter(({ entity }) => entity === "conflict");
    expect(conflicts).toMatchObject([{ value: { entity: "note", entityId: "a", lost: "ann's", won: "bob's" } }]);
  });

  it("may delete its row and put another, and leaves no marks behind", async () => {
    const { push, pull } = openNotes();
    await push(ann, operation(1, "note.put", { id: "a", text: "first" }));
    await push(ann, operation(2, "note.replace", { id: "a", text: "second" }));
    expect(await pull()).toMatchObject([{ value: { id: "a+", text: "second" } }]);

    const gone = operation(3, "note.replace", { id: "a", text: "gone" });
    await push(ann, gone, operation(4, "note.put", { id: "a", text: "back" }));
    await push(bob, { ...operation(1, "note.touch", { id: "a" }), base: 0 });
    await push(bob, { ...operation(2, "note.edit", { id: "a", text: "bob's" }), base: 0 });
    expect((await pull()).filter(({ entity }) => entity === "conflict")).toEqual([]);
  });

  it("S29: is handed to its handler though it sets no field, for there is nothing that it could lose", async () => {
    const { push, pull } = openNotes();
    await push(ann, operation(1, "note.edit", { id: "a", text: "ann's" }));
    expect(await push(bob, { ...operation(1, "note.touch", { id: "a" }), base: 0 })).toMatchObject([
      { status: "applied" },
    ]);
    expect(await pull()).toContainEqual({ entity: "note", value: { id: "a", text: "touched" } });
  });

  it("S4: stands beside operations that name no row and take no arguments", async () => {
    const { push, pull } = openNotes();
    expect(await push(ann, operation(1, "note.clear", undefined))).toMatchObject([{ status: "applied" }]);
    expect(await pull()).toEqual([{ entity: "note", value: { id: "log", text: "cleared" } }]);
  });

  it("S4: compares nothing where its arguments are wrong, or where it names a version but no row", async () => {
    const { push } = openNotes();
    const wrong = { ...operation(1, "note.edit", { id: "a" }), base: 1 };
    const blind = { ...operation(2, "note.put", { id: "a", text: "put" }), base: 1 };
    expect(await push(ann, wrong, blind)).toMatchObject([
      { status: "rejected", error: { code: "INVALID_ARGUMENTS" } },
      { status: "applied" },
    ]);
  });
});

describe("a mistake of the application", () => {
  const bug = new TypeError("a bug");
  const contract: SyncContract = {
    name: "plain",
    version: 1,
    entities: {},
    operations: {
      "note.put": { args: note },
      "note.edit": { args: z.unknown(), updates: "note" },
      "note.check": { args: { "~standard": { version: 1, vendor: "ours", validate: () => Promise.reject(bug) } } },
    },
  };
  const runnerOf = (handlers: AnyOperationHandlers<NoteTx>) =>
    createOperationRunner<NoteTx>({ contract, handlers, policy: everything, now: () => 0, newId: () => "" });

  it("is told when an operation has no handler of its own", async () => {
    const put = { name: "note.put", args: { id: "a", text: "" } };
    const inherited: AnyOperationHandlers<NoteTx> = Object.create({ "note.put": async () => {} });
    for (const handlers of [{}, inherited]) {
      await expect(runnerOf(handlers).prepare(put)).rejects.toThrow('Operation "note.put" has no handler.');
    }
  });

  it.each([[{ id: 1 }], [{}], ["text"], [null]])(
    "is told when an operation that changes a row takes no id of a row: %j",
    async (args) => {
      const runner = runnerOf({ "note.edit": async () => {} });
      await expect(runner.prepare({ name: "note.edit", args })).rejects.toThrow("takes the row's `id`");
    },
  );

  it("is thrown as it is when a schema throws it, and taken for no refusal", async () => {
    await expect(runnerOf({}).prepare({ name: "note.check", args: 1 })).rejects.toBe(bug);
  });

  it("is told when it records a row that only the engine writes", async () => {
    const verdict = { id: "a", deviceId: deviceIdOf(1), seq: 1, status: "applied" };
    const forged = openNotes().engine.transact(async ({ changes }) => changes.put("verdict", verdict));
    await expect(forged).rejects.toThrow("recorded by the engine, not by handlers");
  });

  it("is told when a row of an unknown entity is recorded", () => {
    const recorder = createChangeRecorder(contract, []);
    expect(() => recorder.put("ghost", { id: "a" })).toThrow('The contract "plain" has no entity "ghost".');
  });
});
