import { describe, expect, it } from "vitest";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { pullInput, type PullInput } from "./sync-protocol.ts";
import {
  add,
  adds,
  ann,
  batch,
  bob,
  deviceIdOf,
  openTodos,
  operation,
  todoPolicy,
  type TodoRows,
} from "./todo-fixture.ts";

const from = (cursor: string | null, fields: Partial<PullInput> = {}): PullInput => ({
  deviceId: deviceIdOf(9),
  cursor,
  limit: 1000,
  ...fields,
});
const ids = (output: { readonly changes: readonly { readonly id: string }[] }) => output.changes.map(({ id }) => id);

const resetMessage = (reason: string) => `${reason} Take a new device id, keep the queue and pull with cursor null.`;

/** Ann's lists `home` and `work`, with two todos each. */
async function openLists() {
  const todos = await openTodos();
  await todos.setMember("work", ann);
  await todos.engine.push(ann, batch([...adds(1, 2), add(3, { listId: "work" }), add(4, { listId: "work" })]));
  return todos;
}

describe("a pull", () => {
  it("from nothing answers every readable row whole, with its scope, entity and version", async () => {
    const { engine } = await openLists();
    const output = await engine.pull(ann, from(null));
    expect(output).toMatchObject({ epoch: "memory-epoch", lastSeq: 0, hasMore: false, removedScopes: [] });
    expect(output.changes[0]).toEqual({
      scope: "list:home",
      entity: "todo",
      id: "todo 1",
      version: 1,
      value: { id: "todo 1", listId: "home", text: "text 1", done: false },
    });
    expect(ids(output)).toEqual(["todo 1", "todo 2", "todo 3", "todo 4"]);
  });

  it("S20: from nothing sends live rows only; from a cursor, deletions too", async () => {
    const { engine } = await openLists();
    await engine.push(ann, batch([operation(5, "todo.remove", { id: "todo 1" })]));
    const first = await engine.pull(ann, from(null));
    expect(ids(first)).toEqual(["todo 2", "todo 3", "todo 4"]);
    await engine.push(ann, batch([operation(6, "todo.remove", { id: "todo 2" })]));
    expect((await engine.pull(ann, from(first.cursor))).changes).toEqual([
      { scope: "list:home", entity: "todo", id: "todo 2", version: 4, value: null },
    ]);
  });

  it("S20: from nothing, in pages, tells the deletion of a row that an earlier page had brought", async () => {
    const { engine } = await openLists();
    const first = await engine.pull(ann, from(null, { limit: 1 }));
    expect(ids(first)).toEqual(["todo 1"]);
    await engine.push(ann, batch([operation(5, "todo.remove", { id: "todo 1" })]));
    const rest = await engine.pull(ann, from(first.cursor));
    expect(rest.changes.map(({ id, value }) => [id, value === null])).toEqual([
      ["todo 2", false],
      ["todo 1", true],
      ["todo 3", false],
      ["todo 4", false],
    ]);
  });

  it("S20: from nothing, in pages, tells no deletion from before it began, nor on a later page", async () => {
    const { engine } = await openTodos();
    await engine.push(ann, batch([...adds(1, 4), operation(5, "todo.remove", { id: "todo 2" })]));
    const first = await engine.pull(ann, from(null, { limit: 1 }));
    const second = await engine.pull(ann, from(first.cursor, { limit: 1 }));
    const rest = await engine.pull(ann, from(second.cursor));
    expect([first, second, rest].map(ids)).toEqual([["todo 1"], ["todo 3"], ["todo 4"]]);
  });

  it("I8: with nothing new answers nothing and a cursor that stays good", async () => {
    const { engine } = await openLists();
    const first = await engine.pull(ann, from(null));
    const second = await engine.pull(ann, from(first.cursor));
    expect(second).toMatchObject({ changes: [], hasMore: false, removedScopes: [] });
    expect(second.cursor).toBe(first.cursor);
  });

  it("S18: is a function of person, cursor and database: asked again, it answers the same", async () => {
    const { engine } = await openLists();
    const first = await engine.pull(ann, from(null, { limit: 3 }));
    expect(await engine.pull(ann, from(null, { limit: 3 }))).toEqual(first);
    expect(await engine.pull(ann, from(first.cursor))).toEqual(await engine.pull(ann, from(first.cursor)));
  });

  it("S18 I4: tells lastSeq of its device together with what that device wrote", async () => {
    const { engine } = await openLists();
    const output = await engine.pull(ann, from(null, { deviceId: deviceIdOf(1) }));
    expect(output.lastSeq).toBe(4);
    expect(ids(output)).toContain("todo 4");
  });

  it("S37: pulls only the scopes that it is asked for, and keeps the others' place in the cursor", async () => {
    const { engine } = await openLists();
    const home = await engine.pull(ann, from(null, { scopes: ["list:home", "list:strange"] }));
    expect(ids(home)).toEqual(["todo 1", "todo 2"]);
    await engine.push(ann, batch([operation(5, "todo.finish", { id: "todo 1" })]));
    const work = await engine.pull(ann, from(home.cursor, { scopes: ["list:work"] }));
    expect(ids(work)).toEqual(["todo 3", "todo 4"]);
    expect(ids(await engine.pull(ann, from(work.cursor)))).toEqual(["todo 1"]);
  });

  it("S37: ignores a scope without a name, which a device would ask for with every pull from then on", async () => {
    const { engine } = await openLists();
    const asked = pullInput.parse(from(null, { scopes: ["list:home", ""] }));
    expect(ids(await engine.pull(ann, asked))).toEqual(["todo 1", "todo 2"]);
  });

  it("S21 I7: never shows another person's scopes, asked for or not", async () => {
    const { engine, setMember } = await openLists();
    expect((await engine.pull(bob, from(null, { scopes: ["list:home"] }))).changes).toEqual([]);
    await setMember("work", bob, { role: "reader" });
    expect(ids(await engine.pull(bob, from(null)))).toEqual(["todo 3", "todo 4"]);
  });

  it("S21 I7: names a lost scope in removedScopes, again until the cursor moves, and a gained one comes whole", async () => {
    const { engine, removeMember, setMember } = await openLists();
    const first = await engine.pull(ann, from(null));
    await removeMember("home", ann);
    const purge = await engine.pull(ann, from(first.cursor));
    expect(purge).toMatchObject({ removedScopes: ["list:home"], changes: [] });
    expect((await engine.pull(ann, from(first.cursor))).removedScopes).toEqual(["list:home"]);
    expect((await engine.pull(ann, from(purge.cursor))).removedScopes).toEqual([]);
    await setMember("home", ann, { grant: 2 });
    expect(ids(await engine.pull(ann, from(purge.cursor)))).toEqual(["todo 1", "todo 2"]);
  });

  it("S21 I7: shows a scope that was lost and regained in between in both, whole", async () => {
    const { engine, setMember } = await openLists();
    const first = await engine.pull(ann, from(null));
    await setMember("home", ann, { grant: 2 });
    const output = await engine.pull(ann, from(first.cursor));
    expect(output.removedScopes).toEqual(["list:home"]);
    expect(ids(output)).toEqual(["todo 1", "todo 2"]);
    expect(await engine.pull(ann, from(output.cursor))).toMatchObject({ removedScopes: [], changes: [] });
  });

  it("S21: shows the person's own scope once, also where the policy names it", async () => {
    const readableScopes = async () => [
      { scope: `user:${ann.id}`, grant: 4 },
      { scope: "list:home", grant: 1 },
    ];
    const { engine, store } = await openTodos({ policy: { ...todoPolicy, readableScopes } });
    const value = { id: "v" };
    await store.write(({ recordChanges }) =>
      recordChanges([{ scope: `user:${ann.id}`, entity: "verdict", id: "v", value }]),
    );
    const first = await engine.pull(ann, from(null));
    expect(first.changes).toMatchObject([{ entity: "verdict", value }]);
    expect(await engine.pull(ann, from(first.cursor))).toMatchObject({ changes: [], removedScopes: [] });
  });

  it("S13: writes nothing where it confirms nothing new", async () => {
    let confirmations = 0;
    const { engine } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        acknowledge: (device) => {
          confirmations += 1;
          return store.acknowledge(device);
        },
      }),
    });
    await engine.push(ann, batch(adds(1, 3)));
    const confirm = (fields: Partial<PullInput>) =>
      engine.pull(ann, from(null, { deviceId: deviceIdOf(1), ...fields }));
    await confirm({});
    await confirm({ ackSeq: 0 });
    expect(confirmations).toBe(0);
    for (const ackSeq of [2, 2, 1]) await confirm({ ackSeq });
    expect(confirmations).toBe(1);
  });

  it("S13: confirms verdicts by ackSeq as a push does", async () => {
    const { engine } = await openLists();
    await engine.pull(ann, from(null, { deviceId: deviceIdOf(1), ackSeq: 3 }));
    const replay = await engine.push(ann, batch([...adds(1, 2), add(3, { listId: "work" }), add(4)]));
    expect(replay.results.map((result) => "of" in result)).toEqual([false, false, false, true]);
  });
});

describe("a pull that cannot be answered", () => {
  it("S11 I7: for another person's device is refused", async () => {
    const { engine } = await openLists();
    await expect(engine.pull(bob, from(null, { deviceId: deviceIdOf(1) }))).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: "This device id belongs to another person; take a new one.",
    });
  });

  it("S22 I7: by a cursor of another person, another key or another making is INVALID_CURSOR", async () => {
    const { engine, store } = await openLists();
    const { cursor } = await engine.pull(ann, from(null));
    const rotated = await openTodos({ store, key: "rotated" });
    const refused = { code: "INVALID_CURSOR" };
    await expect(engine.pull(bob, from(cursor))).rejects.toMatchObject(refused);
    await expect(engine.pull(ann, from(`${cursor}x`))).rejects.toMatchObject(refused);
    await expect(engine.pull(ann, from("made.up"))).rejects.toMatchObject(refused);
    await expect(rotated.engine.pull(ann, from(cursor))).rejects.toMatchObject(refused);
  });

  it("S12: of an unknown device that claims a past, by a cursor or an ackSeq, must reset and leaves no device", async () => {
    const { engine, store } = await openLists();
    const { cursor } = await engine.pull(ann, from(null));
    const unknown = deviceIdOf(77);
    const reset = { code: "RESET_REQUIRED", message: resetMessage("The server does not know this device.") };
    await expect(engine.pull(ann, from(cursor, { deviceId: unknown }))).rejects.toMatchObject(reset);
    await expect(engine.pull(ann, from(null, { deviceId: unknown, ackSeq: 1 }))).rejects.toMatchObject(reset);
    expect(await store.read((snapshot) => snapshot.device(unknown))).toBeUndefined();
  });

  it("S12: by an ackSeq ahead of the server must reset", async () => {
    const { engine } = await openLists();
    const pull = engine.pull(ann, from(null, { deviceId: deviceIdOf(1), ackSeq: 5 }));
    await expect(pull).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message: resetMessage("The device confirms verdicts that the server never gave."),
    });
  });

  it.each([
    ["of another epoch", { epoch: "another-epoch", count: 5, reason: "The database is another than the cursor's." }],
    ["ahead of the database", { epoch: "memory-epoch", count: 1, reason: "The cursor is ahead of the database." }],
    ["ahead of an empty one", { epoch: "memory-epoch", count: 0, reason: "The cursor is ahead of the database." }],
  ])("S12: by a cursor %s must reset", async (_, { epoch, count, reason }) => {
    const { engine } = await openLists();
    const { cursor } = await engine.pull(ann, from(null));
    const restored = await openTodos({ store: createMemorySyncStore<TodoRows>({ epoch }) });
    await restored.setMember("home", ann);
    await restored.engine.push(ann, batch(adds(1, count), { deviceId: deviceIdOf(9) }));
    await expect(restored.engine.pull(ann, from(cursor))).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message: resetMessage(reason),
    });
  });
});
