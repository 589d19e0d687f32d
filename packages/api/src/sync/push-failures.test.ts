import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import type { ParkedFailure } from "./push.ts";
import type { SyncStore } from "./sync-store.ts";
import {
  add,
  adds,
  ann,
  batch,
  deviceIdOf,
  openTodos,
  operationIdOf,
  todoPolicy,
  type TodoTx,
} from "./todo-fixture.ts";

const unavailable = () => new TidemarkError("UNAVAILABLE", { message: "The database is away.", retryAfterSeconds: 2 });

describe("an operation whose handler refuses after it wrote", () => {
  it("S6: leaves nothing of it, is rejected, and its neighbours are applied", async () => {
    const { engine, faults, texts } = await openTodos();
    faults.afterAdd = ({ text }) => {
      if (text === "text 2") throw new TidemarkError("CONFLICT", { message: "The list is full." });
    };
    const output = await engine.push(ann, batch(adds(1, 3)));
    expect(output.results).toEqual([
      { id: operationIdOf(1), seq: 1, status: "applied" },
      {
        id: operationIdOf(2),
        seq: 2,
        status: "rejected",
        error: { code: "CONFLICT", message: "The list is full." },
      },
      { id: operationIdOf(3), seq: 3, status: "applied" },
    ]);
    expect(await texts()).toEqual(["text 1", "text 3"]);
    const pulled = await engine.pull(ann, { deviceId: deviceIdOf(1), cursor: null, limit: 100 });
    expect(pulled.changes.map(({ id, version }) => [id, version])).toEqual([
      ["todo 1", 1],
      ["todo 3", 2],
    ]);
  });
});

describe("the transactions of a push", () => {
  it("S6: hold fifty operations each, and one operation each where one of the fifty spoiled them", async () => {
    let transactions = 0;
    const { engine, faults } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) => {
          transactions += 1;
          return store.write(work);
        },
      }),
    });
    await engine.push(ann, batch(adds(1, 150)));
    expect(transactions).toBe(3);

    faults.afterAdd = ({ text }) => {
      if (text === "text 160") throw new TidemarkError("CONFLICT", { message: "The list is full." });
    };
    transactions = 0;
    const { results } = await engine.push(ann, batch(adds(151, 250)));
    expect(results.filter(({ status }) => status === "rejected").map(({ seq }) => seq)).toEqual([160]);
    // The fifty together, then each alone, the refused one tried alone before its verdict; the other fifty together.
    expect(transactions).toBe(1 + 50 + 1 + 1);
  });
});

describe("an operation whose handler keeps throwing", () => {
  it.each<[string, unknown]>([
    ["an exception", new TypeError("nul \0 and half \ud800 in a message")],
    ["a fault of its own", new TidemarkError("INTERNAL", { message: "An invariant does not hold." })],
    ["an exception without a stack", Object.assign(new TypeError("half \ud800"), { stack: undefined })],
    ["a text", "nul \0 and half \ud800"],
    ["nothing at all", undefined],
  ])(
    "S7 I3: is parked with its arguments after five attempts that leave nothing, and later ones go on: %s",
    async (_, thrown) => {
      const { engine, faults, store, texts } = await openTodos();
      let attempts = 0;
      faults.afterAdd = ({ text }) => {
        if (text !== "bad") return;
        attempts += 1;
        throw thrown;
      };
      const bad = add(2, { text: "bad", note: { kept: [1, "é"] } });
      const input = batch([add(1), bad, add(3)]);
      const output = await engine.push(ann, input);
      expect(output.results).toMatchObject([
        { seq: 1, status: "applied" },
        { seq: 2, status: "parked", error: { code: "INTERNAL", message: expect.stringContaining("has kept it") } },
        { seq: 3, status: "applied" },
      ]);
      expect(attempts).toBe(5);
      expect(await texts()).toEqual(["text 1", "text 3"]);

      const parked = await store.parkedOperations(deviceIdOf(1));
      expect(parked).toMatchObject([{ userId: ann.id, deviceId: deviceIdOf(1), operation: bad }]);
      expect(parked[0]?.reason).not.toContain("\0");
      expect(parked[0]?.reason.isWellFormed()).toBe(true);

      const replay = await engine.push(ann, input);
      expect(replay.results[1]).toEqual({ id: bad.id, seq: 2, status: "duplicate", of: output.results[1] });
      expect(attempts).toBe(5);
    },
  );

  it("S7: is told to the server's operator once, with what was thrown; a refusal is not", async () => {
    const parked: ParkedFailure[] = [];
    const { engine, faults } = await openTodos({ onParked: (failure) => parked.push(failure) });
    const error = new TypeError("a bug");
    faults.afterAdd = ({ text }) => {
      if (text === "text 2") throw error;
      if (text === "text 3") throw new TidemarkError("CONFLICT", { message: "The list is full." });
    };
    const input = batch(adds(1, 4));
    await engine.push(ann, input);
    await engine.push(ann, input);
    expect(parked).toEqual([{ user: ann, operation: input.ops[1], error }]);
  });

  it("S7: is parked too when only its transaction's end fails, such as a row that no column takes", async () => {
    const { engine, texts } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) =>
          store.write((transaction) =>
            work({
              ...transaction,
              recordChanges: async (changes) => {
                if (changes.some(({ id }) => id === "todo 2")) throw new TypeError("invalid byte sequence");
                return transaction.recordChanges(changes);
              },
            }),
          ),
      }),
    });
    const { results } = await engine.push(ann, batch(adds(1, 3)));
    expect(results.map(({ status }) => status)).toEqual(["applied", "parked", "applied"]);
    expect(await texts()).toEqual(["text 1", "text 3"]);
  });

  it("S7: keeps the first ten thousand characters of what was thrown, what no column takes written out", async () => {
    const { engine, faults, store } = await openTodos();
    faults.afterAdd = () => {
      throw Object.assign(new TypeError(`\0${"long ".repeat(5_000)}`), { stack: undefined });
    };
    await engine.push(ann, batch([add(1)]));
    const [parked] = await store.parkedOperations(deviceIdOf(1));
    expect(parked?.reason).toBe(`\\0${"long ".repeat(2_000).slice(0, 9_999)}`);
  });

  it("S7: tells the device nothing of what was thrown", async () => {
    const { engine, faults } = await openTodos();
    faults.afterAdd = () => {
      throw new TypeError("password=hunter2 at db.ts:12");
    };
    expect(JSON.stringify(await engine.push(ann, batch([add(1)])))).not.toContain("hunter2");
  });

  it("S7: is applied when a later attempt succeeds", async () => {
    const { engine, faults, texts } = await openTodos();
    let attempts = 0;
    faults.afterAdd = () => {
      attempts += 1;
      if (attempts < 5) throw new TypeError("not yet");
    };
    expect((await engine.push(ann, batch([add(1)]))).results).toMatchObject([{ status: "applied" }]);
    expect(await texts()).toEqual(["text 1"]);
  });
});

describe("a store or policy that is away", () => {
  it.each<[string, (store: SyncStore<TodoTx>) => SyncStore<TodoTx>]>([
    ["before the transaction", (store) => ({ ...store, write: () => Promise.reject(unavailable()) })],
    [
      "in its last statement",
      (store) => ({
        ...store,
        write: (work) =>
          store.write((transaction) => work({ ...transaction, recordChanges: () => Promise.reject(unavailable()) })),
      }),
    ],
  ])("S8 I1: fails the whole push, retryable, and nothing stays: %s", async (_, wrapStore) => {
    const healthy = await openTodos();
    const { engine } = await openTodos({ store: healthy.store, wrapStore });
    await expect(engine.push(ann, batch(adds(1, 3)))).rejects.toMatchObject({
      code: "UNAVAILABLE",
      retryAfterSeconds: 2,
    });
    expect(await healthy.texts()).toEqual([]);
    const output = await healthy.engine.push(ann, batch(adds(1, 3)));
    expect(output.results.map(({ status }) => status)).toEqual(["applied", "applied", "applied"]);
  });

  it("S8: fails the push although its first transaction failed by a handler; what committed before it stays", async () => {
    let isAway = false;
    const { engine, faults, texts } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) => (isAway ? Promise.reject(unavailable()) : store.write(work)),
      }),
    });
    let attempts = 0;
    faults.afterAdd = ({ text }) => {
      if (text !== "text 2") return;
      attempts += 1;
      isAway = attempts === 2;
      throw new TypeError("a bug");
    };
    await expect(engine.push(ann, batch(adds(1, 3)))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await texts()).toEqual(["text 1"]);

    isAway = false;
    faults.afterAdd = () => {};
    const { results } = await engine.push(ann, batch(adds(1, 3)));
    expect(results.map(({ status }) => status)).toEqual(["duplicate", "applied", "applied"]);
  });

  it("S8: is no verdict when a handler meets it: the operations of its transaction stay queued", async () => {
    const { engine, faults, texts } = await openTodos();
    faults.afterAdd = ({ text }) => {
      if (text === "text 2") throw unavailable();
    };
    await expect(engine.push(ann, batch(adds(1, 3)))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await texts()).toEqual([]);
  });

  it("S8 S9 I7: is no verdict when the policy meets it; a refusal that the policy throws is one", async () => {
    const open = (error: TidemarkError) =>
      openTodos({ policy: { ...todoPolicy, authorize: () => Promise.reject(error) } });
    const away = await open(unavailable());
    await expect(away.engine.push(ann, batch([add(1)]))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const closed = await open(new TidemarkError("FORBIDDEN", { message: "Not you." }));
    expect((await closed.engine.push(ann, batch([add(1)]))).results).toMatchObject([
      { status: "rejected", error: { code: "FORBIDDEN", message: "Not you." } },
    ]);
  });
});
