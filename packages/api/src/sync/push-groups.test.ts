import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import { add, adds, ann, batch, bob, deviceIdOf, openTodos, operation } from "./todo-fixture.ts";

const GROUP = "00000000-0000-4000-8000-0000000000f1";
const inGroup = { group: GROUP };

describe("a group of operations", () => {
  it("S26 I5: is applied together", async () => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch([add(1, {}, inGroup), add(2, {}, inGroup), add(3)]));
    expect(output.results.map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
    expect(await texts()).toEqual(["text 1", "text 2", "text 3"]);
  });

  it.each([
    ["by its arguments", add(3, { text: 7 }, inGroup), "INVALID_ARGUMENTS"],
    ["by policy", add(3, { listId: "elsewhere" }, inGroup), "NOT_FOUND"],
    ["by its handler", { ...operation(3, "todo.finish", { id: "none" }), ...inGroup }, "NOT_FOUND"],
    ["by its handler after it wrote", add(3, { text: "bad" }, inGroup), "CONFLICT"],
  ])(
    "S26 I5: is rejected together when one is refused %s, and its neighbours are applied",
    async (_, refused, code) => {
      const { engine, faults, texts } = await openTodos();
      faults.afterAdd = ({ text }) => {
        if (text === "bad") throw new TidemarkError("CONFLICT", { message: "The list is full." });
      };
      const input = batch([add(1), add(2, {}, inGroup), refused, add(4, {}, inGroup), add(5)]);
      const output = await engine.push(ann, input);
      expect(output.results).toMatchObject([
        { seq: 1, status: "applied" },
        {
          seq: 2,
          status: "rejected",
          error: {
            code: "GROUP_FAILED",
            message: "Another operation failed, so nothing of its group was applied.",
          },
        },
        { seq: 3, status: "rejected", error: { code } },
        { seq: 4, status: "rejected", error: { code: "GROUP_FAILED" } },
        { seq: 5, status: "applied" },
      ]);
      expect(await texts()).toEqual(["text 1", "text 5"]);
      const replay = await engine.push(ann, input);
      expect(replay.results.map((result) => result.status === "duplicate" && result.of)).toEqual(output.results);
    },
  );

  it("S26 I5: is not applied when one of its handlers keeps throwing: that one is parked, the others rejected", async () => {
    const { engine, faults, store, texts } = await openTodos();
    faults.afterAdd = ({ text }) => {
      if (text === "text 3") throw new TypeError("a bug");
    };
    const output = await engine.push(ann, batch([add(1), add(2, {}, inGroup), add(3, {}, inGroup), add(4)]));
    expect(output.results).toMatchObject([
      { status: "applied" },
      { status: "rejected", error: { code: "GROUP_FAILED" } },
      { status: "parked" },
      { status: "applied" },
    ]);
    expect(await texts()).toEqual(["text 1", "text 4"]);
    expect(await store.parkedOperations(deviceIdOf(1))).toHaveLength(1);
  });

  it("S26: is never cut by the end of a transaction", async () => {
    const { engine, texts } = await openTodos();
    const grouped = adds(41, 80).map((one) => ({ ...one, ...inGroup }));
    const refused = { ...add(80, { text: 7 }), ...inGroup };
    const output = await engine.push(ann, batch([...adds(1, 40), ...grouped.slice(0, -1), refused]));
    expect(new Set(output.results.slice(0, 40).map(({ status }) => status))).toEqual(new Set(["applied"]));
    expect(new Set(output.results.slice(40).map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(await texts()).toHaveLength(40);
  });

  it("S26: takes a group of fifty", async () => {
    const { engine, texts } = await openTodos();
    const { results } = await engine.push(ann, batch(adds(1, 50).map((one) => ({ ...one, ...inGroup }))));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["applied"]));
    expect(await texts()).toHaveLength(50);
  });

  it("S26: is refused whole when it has more than fifty operations", async () => {
    const { engine, texts } = await openTodos();
    const output = await engine.push(ann, batch(adds(1, 51).map((one) => ({ ...one, ...inGroup }))));
    expect(output.results).toHaveLength(51);
    const message = "A group has at most 50 operations, this one 51, so nothing of its group was applied.";
    expect(output.results[0]).toMatchObject({ status: "rejected", error: { code: "GROUP_FAILED", message } });
    expect(await texts()).toEqual([]);
    expect(output.lastSeq).toBe(51);
  });
});

/** Todos whose engine's write transactions are counted, and fail from one of them on. */
async function openCounted() {
  const writes = { count: 0, failFrom: Infinity };
  const todos = await openTodos({
    wrapStore: (store) => ({
      ...store,
      write: async (work) => {
        writes.count += 1;
        if (writes.count < writes.failFrom) return store.write(work);
        throw new TidemarkError("UNAVAILABLE", { message: "The database is away.", retryAfterSeconds: 2 });
      },
    }),
  });
  return { ...todos, writes };
}

describe("pushes of several devices at once", () => {
  const deviceOf = (index: number) => deviceIdOf(100 + index);
  const pushOf = (index: number, seq: number, args: Record<string, unknown> = {}) => {
    const number = index * 1000 + seq;
    return { ...add(number, args), seq };
  };

  it("S25 I2 I3: share transactions once they wrote to one scope, each with its own verdicts", async () => {
    const { engine, texts, setMember, writes } = await openCounted();
    await setMember("home", bob);
    const devices = Array.from({ length: 16 }, (_, index) => index);
    const userOf = (index: number) => (index % 2 === 0 ? ann : bob);
    const push = (index: number, seq: number) =>
      engine.push(userOf(index), { deviceId: deviceOf(index), ops: [pushOf(index, seq)] });
    await Promise.all(devices.map((index) => push(index, 1)));
    writes.count = 0;
    const outputs = await Promise.all(devices.map((index) => push(index, 2)));
    // One finds the lane free; the others share what runs beside it and after it.
    expect(writes.count).toBe(3);
    expect(outputs.every(({ results, lastSeq }) => results[0]?.status === "applied" && lastSeq === 2)).toBe(true);
    expect(await texts()).toHaveLength(32);
  });

  it("S25 I2: a gap, a foreign device and a handler that fails are only their own push's trouble", async () => {
    const { engine, faults, texts, setMember } = await openTodos();
    await setMember("home", bob);
    faults.afterAdd = ({ text }) => {
      if (text === "bad") throw new TypeError("a bug");
    };
    const devices = [1, 2, 3, 4, 5];
    await Promise.all(devices.map((index) => engine.push(ann, { deviceId: deviceOf(index), ops: [pushOf(index, 1)] })));
    const [good, gap, foreign, bad, alsoGood] = await Promise.allSettled([
      engine.push(ann, { deviceId: deviceOf(1), ops: [pushOf(1, 2)] }),
      engine.push(ann, { deviceId: deviceOf(2), ops: [pushOf(2, 3)] }),
      engine.push(bob, { deviceId: deviceOf(3), ops: [pushOf(3, 2)] }),
      engine.push(ann, { deviceId: deviceOf(4), ops: [pushOf(4, 2, { text: "bad" })] }),
      engine.push(ann, { deviceId: deviceOf(5), ops: [pushOf(5, 2)] }),
    ]);
    expect(good).toMatchObject({ value: { results: [{ status: "applied" }] } });
    expect(gap).toMatchObject({ reason: { code: "SEQUENCE_GAP" } });
    expect(foreign).toMatchObject({ reason: { code: "FORBIDDEN" } });
    expect(bad).toMatchObject({ value: { results: [{ status: "parked" }] } });
    expect(alsoGood).toMatchObject({ value: { results: [{ status: "applied" }] } });
    expect(await texts()).toHaveLength(7);
  });

  it("S2 S25 I2: replays that share a transaction answer their own device's verdicts, though their seqs are the same", async () => {
    const { engine, writes } = await openCounted();
    const argsOf = (index: number) => (index % 2 === 0 ? { listId: "strange" } : {});
    const replay = (index: number) =>
      engine.push(ann, { deviceId: deviceOf(index), ops: [pushOf(index, 1), pushOf(index, 2, argsOf(index))] });
    const first = await Promise.all([1, 2, 3, 4].map(replay));
    writes.count = 0;
    const again = await Promise.all([1, 2, 3, 4].map(replay));
    expect(writes.count).toBeLessThan(4);
    const verdicts = again.map(({ results }) => results.map((result) => result.status === "duplicate" && result.of));
    expect(verdicts).toEqual(first.map(({ results }) => results));
  });

  it("S25: who is refused in a shared transaction is refused alone, and the others commit in it", async () => {
    const { engine, texts, setMember, writes } = await openCounted();
    await setMember("home", bob);
    const devices = [1, 2, 3, 4];
    await Promise.all(devices.map((index) => engine.push(ann, { deviceId: deviceOf(index), ops: [pushOf(index, 1)] })));
    writes.count = 0;
    const [first, gap, foreign, good] = await Promise.allSettled([
      engine.push(ann, { deviceId: deviceOf(1), ops: [pushOf(1, 2)] }),
      engine.push(ann, { deviceId: deviceOf(2), ops: [pushOf(2, 3)] }),
      engine.push(bob, { deviceId: deviceOf(3), ops: [pushOf(3, 2)] }),
      engine.push(ann, { deviceId: deviceOf(4), ops: [pushOf(4, 2)] }),
    ]);
    expect(writes.count).toBe(3);
    expect([first, good]).toMatchObject([{ value: { lastSeq: 2 } }, { value: { lastSeq: 2 } }]);
    expect(gap).toMatchObject({ reason: { code: "SEQUENCE_GAP", details: { expectedSeq: 2 } } });
    expect(foreign).toMatchObject({ reason: { code: "FORBIDDEN" } });
    expect(await texts()).toHaveLength(6);
  });

  it("S25 S8: a store that is away fails all who share its transaction, and nothing of them stays", async () => {
    const { engine, texts, writes } = await openCounted();
    const push = (index: number, seq: number) =>
      engine.push(ann, { deviceId: deviceOf(index), ops: [pushOf(index, seq)] });
    await Promise.all([1, 2, 3, 4].map((index) => push(index, 1)));
    writes.count = 0;
    writes.failFrom = 2;
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((index) => push(index, 2)));
    const away = { reason: { code: "UNAVAILABLE", retryAfterSeconds: 2 } };
    expect(outcomes).toMatchObject([{ value: { lastSeq: 2 } }, away, away, away]);
    expect(writes.count).toBe(3);
    expect(await texts()).toHaveLength(5);
  });

  it("S14 I2: the same push sent several times at once has one effect", async () => {
    const { engine, texts } = await openTodos();
    await engine.push(ann, batch([add(1)]));
    const outputs = await Promise.all(Array.from({ length: 5 }, () => engine.push(ann, batch(adds(2, 4)))));
    expect(await texts()).toHaveLength(4);
    const applied = outputs.flatMap(({ results }) => results).filter(({ status }) => status === "applied");
    expect(applied).toHaveLength(3);
  });
});
