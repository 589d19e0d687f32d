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
  entities: { note: { schema: note, scopeOf: () => "all" } },
  operations: {
    "note.put": { args: note },
    "note.edit": { args: note, updates: "note" },
    "note.replace": { args: note, updates: "note" },
  },
});

const everything: SyncPolicy<NoteTx> = {
  authorize: async () => ({ allowed: true }),
  readableScopes: async () => [{ scope: "all", grant: 1 }],
};

function openNotes() {
  const store = createMemorySyncStore<NoteRows>();
  const engine = createSyncEngine({
    contract: noteContract,
    store,
    policy: everything,
    sign: signWith("key"),
    now: () => 0,
    newId: () => "conflict",
    handlers: {
      "note.put": async ({ args, changes }) => changes.put("note", args),
      "note.edit": async ({ args, changes }) => {
        changes.put("note", args);
        changes.put("note", { id: "log", text: `${args.id} was edited` });
      },
      "note.replace": async ({ args, changes }) => {
        changes.delete("note", args);
        changes.put("note", { ...args, id: `${args.id}+` });
      },
    },
  });
  const push = async (user: { readonly id: string }, ...ops: Parameters<typeof batch>[0]) =>
    (await engine.push(user, batch(ops, { deviceId: deviceIdOf(user === ann ? 1 : 2) }))).results;
  return { engine, push };
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
    const { engine, push } = openNotes();
    await push(ann, operation(1, "note.edit", { id: "a", text: "ann's" }));
    const edits = [
      { ...operation(1, "note.edit", { id: "log", text: "bob's" }), base: 0 },
      { ...operation(2, "note.edit", { id: "a", text: "bob's" }), base: 0 },
    ];
    expect(await push(bob, ...edits)).toMatchObject([{ status: "applied" }, { status: "applied" }]);
    const { changes } = await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 100 });
    const conflicts = changes.filter(({ entity }) => entity === "conflict");
    expect(conflicts).toMatchObject([{ value: { entityId: "a", lost: "ann's", won: "bob's" } }]);
  });

  it("may delete its row and put another, and leaves no marks behind", async () => {
    const { engine, push } = openNotes();
    await push(ann, operation(1, "note.put", { id: "a", text: "first" }));
    await push(ann, operation(2, "note.replace", { id: "a", text: "second" }));
    const { changes } = await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 100 });
    expect(changes).toMatchObject([{ id: "a+", value: { text: "second" } }]);
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

  it("is told when a row of an unknown entity is recorded", () => {
    const recorder = createChangeRecorder(contract, []);
    expect(() => recorder.put("ghost", { id: "a" })).toThrow('The contract "plain" has no entity "ghost".');
  });
});
