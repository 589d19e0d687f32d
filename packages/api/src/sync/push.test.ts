import { describe, expect, it } from "vitest";
import { add, adds, ann, batch, bob, deviceIdOf, openTodos, operation, operationIdOf } from "./todo-fixture.ts";

const statuses = (output: { readonly results: readonly { readonly status: string }[] }) =>
  output.results.map(({ status }) => status);

describe("a push", () => {
  it("S2 I2: replayed byte for byte has one effect and answers each first verdict byte for byte", async () => {
    const { engine, texts } = await openTodos();
    const input = batch([add(1), add(2, { listId: "strange" }), operation(3, "todo.fly", {}), add(4, { text: 7 })]);
    const first = await engine.push(ann, input);
    expect(statuses(first)).toEqual(["applied", "rejected", "rejected", "rejected"]);

    const replay = await engine.push(ann, structuredClone(input));
    expect(statuses(replay)).toEqual(["duplicate", "duplicate", "duplicate", "duplicate"]);
    const verdicts = replay.results.map((result) => (result.status === "duplicate" ? result.of : undefined));
    expect(JSON.stringify(verdicts)).toBe(JSON.stringify(first.results));
    expect(replay.lastSeq).toBe(4);
    expect(await texts()).toEqual(["text 1"]);
  });

  it("S1 I3: applies a device's operations in the order of their seqs, over as many transactions as it takes", async () => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch(adds(1, 120)));
    expect(output.lastSeq).toBe(120);
    expect(output.results.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect(await texts()).toEqual(adds(1, 120).map(({ seq }) => `text ${seq}`));
  });

  it.each([
    ["at its beginning", [add(2)]],
    ["in its middle", [add(1), add(3)]],
    ["behind its first fifty operations", [...adds(1, 70), add(72)]],
    ["because it arrived in the wrong order", [add(2), add(1)]],
  ])("S1 I3: with a gap %s is refused with expectedSeq and applies nothing", async (_, ops) => {
    const { engine, texts, store } = await openTodos();
    await store.ensureDevice({ deviceId: deviceIdOf(1), userId: ann.id });
    await expect(engine.push(ann, batch(ops))).rejects.toMatchObject({
      code: "SEQUENCE_GAP",
      details: { expectedSeq: 1 },
    });
    expect(await texts()).toEqual([]);
    const next = await engine.push(ann, batch([add(1)]));
    expect(statuses(next)).toEqual(["applied"]);
  });

  it("S1 S2 I3: that overlaps what the server has goes on where it ended", async () => {
    const { engine, texts } = await openTodos();
    await engine.push(ann, batch(adds(1, 3)));
    const output = await engine.push(ann, batch(adds(2, 5)));
    expect(statuses(output)).toEqual(["duplicate", "duplicate", "applied", "applied"]);
    expect(await texts()).toHaveLength(5);
  });

  it("S4 I3: a rejected operation consumes its seq and does not stop the others", async () => {
    const { engine, setMember, texts } = await openTodos();
    await setMember("readable", ann, { role: "reader" });
    const output = await engine.push(ann, batch([add(1), add(2, { listId: "readable" }), add(3)]));
    expect(output.results).toEqual([
      { id: operationIdOf(1), seq: 1, status: "applied" },
      {
        id: operationIdOf(2),
        seq: 2,
        status: "rejected",
        error: { code: "FORBIDDEN", message: "You may only read this list." },
      },
      { id: operationIdOf(3), seq: 3, status: "applied" },
    ]);
    expect(output.lastSeq).toBe(3);
    expect(await texts()).toEqual(["text 1", "text 3"]);
  });

  it("S3 I2: an operation re-keyed to a new device has one effect and answers duplicate with the first verdict", async () => {
    const { engine, texts } = await openTodos();
    const old = await engine.push(ann, batch([add(1), add(2, { listId: "strange" })]));
    const renewed = [add(1, {}, { id: operationIdOf(2) }), add(2, {}, { id: operationIdOf(1) }), add(3)];
    const input = batch(renewed, { deviceId: deviceIdOf(2) });
    const output = await engine.push(ann, input);
    expect(output.results).toEqual([
      { id: operationIdOf(2), seq: 1, status: "duplicate", of: old.results[1] },
      { id: operationIdOf(1), seq: 2, status: "duplicate", of: old.results[0] },
      { id: operationIdOf(3), seq: 3, status: "applied" },
    ]);
    expect(await texts()).toEqual(["text 1", "text 3"]);
    expect((await engine.push(ann, input)).results.slice(0, 2)).toEqual(output.results.slice(0, 2));
  });

  it("S3 I2: the same operation id of another person is another operation", async () => {
    const { engine, setMember, texts } = await openTodos();
    await setMember("home", bob);
    await engine.push(ann, batch([add(1)]));
    const output = await engine.push(bob, batch([add(1, { id: "of bob" })], { deviceId: deviceIdOf(2) }));
    expect(statuses(output)).toEqual(["applied"]);
    expect(await texts()).toHaveLength(2);
  });

  it("S3 I2: an operation id that comes twice in one push has one effect; the copy consumes its seq", async () => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch([add(1), add(2, { id: "other" }, { id: operationIdOf(1) }), add(3)]));
    const first = { id: operationIdOf(1), seq: 1, status: "applied" };
    expect(output.results).toEqual([
      first,
      { id: operationIdOf(1), seq: 2, status: "duplicate", of: first },
      { id: operationIdOf(3), seq: 3, status: "applied" },
    ]);
    expect(await texts()).toEqual(["text 1", "text 3"]);
  });

  it("S2 I2: a seq that comes twice in one push has one effect, and the copy answers the first one's verdict", async () => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch([add(1), add(2), add(2, { text: "again" }), add(3)]));
    expect(statuses(output)).toEqual(["applied", "applied", "duplicate", "applied"]);
    expect(output.results[2]).toEqual({
      id: operationIdOf(2),
      seq: 2,
      status: "duplicate",
      of: { id: operationIdOf(2), seq: 2, status: "applied" },
    });
    expect(await texts()).toEqual(["text 1", "text 2", "text 3"]);
  });

  it("S2 I2: a used seq with another id or other content has no effect and answers the stored verdict", async () => {
    const { engine, texts } = await openTodos();
    const first = await engine.push(ann, batch([add(1)]));
    const forged = add(1, { id: "forged", text: "forged" }, { id: operationIdOf(99) });
    const output = await engine.push(ann, batch([forged]));
    expect(output.results).toEqual([{ id: operationIdOf(99), seq: 1, status: "duplicate", of: first.results[0] }]);
    expect(await texts()).toEqual(["text 1"]);
  });

  it("S40 I2: that was sent to another history must reset, and leaves neither a device nor an effect", async () => {
    const { engine, texts } = await openTodos();
    const late = batch([add(1)], { epoch: "before the restore" });
    await expect(engine.push(ann, late)).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message:
        "The database is another than the one the device knows: take a new device id, keep the queue, pull anew.",
    });
    const later = batch([add(2, {}, { seq: 2 })]);
    await expect(engine.push(ann, later)).rejects.toMatchObject({ code: "RESET_REQUIRED" });
    expect(await texts()).toEqual([]);
    const { epoch } = await engine.push(ann, batch([add(1)]));
    expect(await engine.push(ann, batch([add(2)], { epoch }))).toMatchObject({ lastSeq: 2 });
  });

  it("S12: that confirms verdicts which the server never gave must reset", async () => {
    const { engine } = await openTodos();
    await engine.push(ann, batch(adds(1, 2)));
    await expect(engine.push(ann, batch([add(3)], { ackSeq: 3 }))).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message: "The device confirms verdicts up to 3, the server gave 2: take a new device id.",
    });
    expect(await engine.push(ann, batch([add(3)], { ackSeq: 2 }))).toMatchObject({ lastSeq: 3 });
  });

  it.each([
    ["a higher seq", batch([add(2)])],
    ["an ackSeq", batch([add(1)], { ackSeq: 1 })],
  ])("S12: of an unknown device that claims a past by %s must reset", async (_, input) => {
    const { engine } = await openTodos();
    await expect(engine.push(ann, input)).rejects.toMatchObject({
      code: "RESET_REQUIRED",
      message: "The server does not know this device: take a new device id, keep the queue, pull with cursor null.",
    });
  });

  it("without operations tells where the device stands", async () => {
    const { engine } = await openTodos();
    expect(await engine.push(ann, batch([]))).toMatchObject({ lastSeq: 0, results: [] });
    await engine.push(ann, batch(adds(1, 2)));
    expect(await engine.push(ann, batch([], { ackSeq: 2 }))).toMatchObject({ lastSeq: 2, results: [] });
  });

  it("S11 I7: from another person's device is refused, whatever it holds, and applies nothing", async () => {
    const { engine, setMember, texts } = await openTodos();
    await setMember("home", bob);
    await engine.push(ann, batch([add(1)]));
    for (const ops of [[], [add(1)], [add(2)]]) {
      await expect(engine.push(bob, batch(ops))).rejects.toMatchObject({
        code: "FORBIDDEN",
        message: "This device id belongs to another person; take a new one.",
      });
    }
    expect(await texts()).toEqual(["text 1"]);
  });

  it("S14 I2: sent several times at once by one device has one effect", async () => {
    const { engine, texts } = await openTodos();
    const outputs = await Promise.all(Array.from({ length: 6 }, () => engine.push(ann, batch(adds(1, 60)))));
    expect(outputs.map(({ lastSeq }) => lastSeq)).toEqual(outputs.map(() => 60));
    const applied = outputs.flatMap(({ results }) => results.filter(({ status }) => status === "applied"));
    expect(applied.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(adds(1, 60).map(({ seq }) => seq));
    expect(await texts()).toHaveLength(60);
  });

  it("S3 I2: re-keyed while the old device's push is still under way has one effect", async () => {
    const { engine, texts } = await openTodos();
    const [old, renewed] = await Promise.all([
      engine.push(ann, batch(adds(1, 3))),
      engine.push(ann, batch(adds(1, 3), { deviceId: deviceIdOf(2) })),
    ]);
    expect([...statuses(old), ...statuses(renewed)].toSorted()).toEqual(
      ["applied", "duplicate"].flatMap((status) => [status, status, status]),
    );
    expect(await texts()).toHaveLength(3);
  });

  it("S9 I7: makes a removal that begins meanwhile wait for its commit, because the policy locks what it reads", async () => {
    const { engine, faults, removeMember, texts } = await openTodos();
    let seenByRemoval: Promise<readonly string[]> | undefined;
    faults.afterAdd = async () => {
      seenByRemoval ??= removeMember("home", ann).then(texts);
      await Promise.all(Array.from({ length: 20 }, () => texts()));
    };
    const output = await engine.push(ann, batch(adds(1, 3)));
    expect(statuses(output)).toEqual(["applied", "applied", "applied"]);
    expect(await seenByRemoval).toEqual(["text 1", "text 2", "text 3"]);
    expect((await engine.push(ann, batch([add(4)]))).results).toMatchObject([
      { status: "rejected", error: { code: "NOT_FOUND" } },
    ]);
  });
});
