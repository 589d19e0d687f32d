import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import type { PushInput, PushOperation } from "./sync-protocol.ts";
import type { NewVerdict, SyncStore } from "./sync-store.ts";
import { add, adds, ann, batch, deviceIdOf, openTodos, operationIdOf, type TodoTx } from "./todo-fixture.ts";

/** What one write transaction did that cannot be seen from outside. */
interface Transaction {
  isSealed: boolean;
  readonly verdicts: NewVerdict[];
}

/**
 * Four devices of Ann's that have written to one scope: of what they push at once, the first and the last run alone, the
 * second and the third in one transaction.
 */
async function openLane() {
  const transactions: Transaction[] = [];
  const record = (store: SyncStore<TodoTx>): SyncStore<TodoTx> => ({
    ...store,
    write: (work) =>
      store.write((transaction) => {
        const seen: Transaction = { isSealed: false, verdicts: [] };
        transactions.push(seen);
        return work({
          ...transaction,
          seal() {
            seen.isSealed = true;
            transaction.seal();
          },
          saveVerdicts(verdicts, progress) {
            seen.verdicts.push(...verdicts);
            return transaction.saveVerdicts(verdicts, progress);
          },
        });
      }),
  });
  const todos = await openTodos({ wrapStore: record });
  const push = (device: number, ops: readonly PushOperation[], fields: Partial<PushInput> = {}) =>
    todos.engine.push(ann, batch(ops, { deviceId: deviceIdOf(device), ...fields }));
  const own = (device: number, seq: number) =>
    add(seq, { id: `todo ${device}.${seq}` }, { id: operationIdOf(device * 1000 + seq) });
  for (const device of [1, 2, 3, 4]) await push(device, [own(device, 1)]);

  return {
    ...todos,
    own,
    push,
    transactions,
    async pushTogether(second: () => Promise<unknown>, third: () => Promise<unknown>) {
      transactions.length = 0;
      const pushes = [push(1, [own(1, 2)]), second(), third(), push(4, [own(4, 2)])];
      const [, ofSecond, ofThird] = await Promise.allSettled(pushes);
      return { ofSecond, ofThird, transactions: [...transactions] };
    },
  };
}

describe("pushes of two devices in one transaction", () => {
  it("S3 S25 I2: run an operation that both bring under one id once, and repeat its verdict to the other", async () => {
    const { faults, own, push, pushTogether, todos } = await openLane();
    const shared = own(2, 2);
    const added: string[] = [];
    faults.afterAdd = ({ id }) => void added.push(id);
    const { ofSecond, ofThird, transactions } = await pushTogether(
      () => push(2, [shared]),
      () => push(3, [shared, { ...own(3, 3), seq: 3 }]),
    );
    const verdict = { id: shared.id, seq: 2, status: "applied" };
    expect(ofSecond).toMatchObject({ value: { lastSeq: 2, results: [verdict] } });
    expect(ofThird).toMatchObject({
      value: { lastSeq: 3, results: [{ ...verdict, status: "duplicate", of: verdict }, { status: "applied" }] },
    });
    expect(transactions).toHaveLength(3);
    expect(added.filter((id) => id === "todo 2.2")).toHaveLength(1);
    expect((await todos()).filter(({ id }) => id === "todo 2.2")).toHaveLength(1);
  });

  it("S3 S25 I2: answer the copy of a refused operation by its refusal, now and when it is sent again", async () => {
    const { own, push, pushTogether } = await openLane();
    const refused = { ...own(2, 2), args: { id: "todo 2.1", listId: "home", text: "taken" } };
    const { ofSecond, ofThird } = await pushTogether(
      () => push(2, [refused]),
      () => push(3, [refused]),
    );
    const verdict = { id: refused.id, seq: 2, status: "rejected", error: { code: "CONFLICT" } };
    expect(ofSecond).toMatchObject({ value: { results: [verdict] } });
    expect(ofThird).toMatchObject({ value: { results: [{ status: "duplicate", of: verdict }] } });
    expect((await push(3, [refused])).results).toMatchObject([{ status: "duplicate", of: verdict }]);
  });

  it("S1 S25 I3: keep each device's own last seq", async () => {
    const { own, push, pushTogether } = await openLane();
    const { ofSecond, ofThird } = await pushTogether(
      () =>
        push(
          2,
          [2, 3, 4].map((seq) => own(2, seq)),
        ),
      () => push(3, [own(3, 2)]),
    );
    expect([ofSecond, ofThird]).toMatchObject([{ value: { lastSeq: 4 } }, { value: { lastSeq: 2 } }]);
    expect(await push(2, [own(2, 5)])).toMatchObject({ lastSeq: 5 });
    expect(await push(3, [own(3, 3)])).toMatchObject({ lastSeq: 3 });
  });

  it("S8 S25: are sealed when both are taken, and may be undone when one is refused, which the other does not feel", async () => {
    const { own, push, pushTogether, transactions } = await openLane();
    const both = await pushTogether(
      () => push(2, [own(2, 2)]),
      () => push(3, [own(3, 2)]),
    );
    expect(both.transactions.map(({ isSealed }) => isSealed)).toEqual([true, true, true]);

    transactions.length = 0;
    const [, ofSecond, ofThird] = await Promise.allSettled([
      push(1, [own(1, 3)]),
      push(2, [own(2, 9)]),
      push(3, [own(3, 3)]),
      push(4, [own(4, 3)]),
    ]);
    expect(ofSecond).toMatchObject({
      status: "rejected",
      reason: { code: "SEQUENCE_GAP", details: { expectedSeq: 3 } },
    });
    expect(ofThird).toMatchObject({ status: "fulfilled", value: { lastSeq: 3 } });
    expect(transactions.map(({ isSealed }) => isSealed)).toEqual([true, false, true]);
  });
});

describe("what a push stores", () => {
  it("S3 I2: is nothing for operations that it only repeats", async () => {
    const { own, push, transactions } = await openLane();
    await push(1, [own(1, 2), own(1, 3)]);
    transactions.length = 0;
    await push(1, [own(1, 2), own(1, 3), own(1, 4)]);
    expect(transactions.flatMap(({ verdicts }) => verdicts).map(({ seq }) => seq)).toEqual([4]);
  });
});

describe("the slow road of a push", () => {
  it("S8: ends when the database goes away while an operation is tried alone, with no attempt after it", async () => {
    let writes = 0;
    const away = new TidemarkError("UNAVAILABLE", { message: "The database is away.", retryAfterSeconds: 2 });
    const { engine, faults, texts } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) => {
          writes += 1;
          return writes === 3 ? Promise.reject(away) : store.write(work);
        },
      }),
    });
    faults.afterAdd = ({ text }) => {
      if (text === "text 2") throw new TypeError("a bug");
    };
    await expect(engine.push(ann, batch(adds(1, 3)))).rejects.toBe(away);
    expect(writes).toBe(3);
    expect(await texts()).toEqual(["text 1"]);
  });

  it("S7 S8: parks nothing when the database goes away while the failure is written down", async () => {
    let isAway = false;
    let attempts = 0;
    const away = new TidemarkError("UNAVAILABLE", { message: "The database is away.", retryAfterSeconds: 2 });
    let refusedWrites = 0;
    const { engine, faults, store } = await openTodos({
      wrapStore: (inner) => ({
        ...inner,
        write: (work) => {
          if (!isAway) return inner.write(work);
          refusedWrites += 1;
          return Promise.reject(away);
        },
      }),
    });
    faults.afterAdd = () => {
      attempts += 1;
      isAway = attempts === 5;
      throw new TypeError("a bug");
    };
    await expect(engine.push(ann, batch([add(1)]))).rejects.toBe(away);
    expect(refusedWrites).toBe(1);
    expect(await store.parkedOperations(deviceIdOf(1))).toEqual([]);
  });

  it("S7: tries every operation five times, also those beside the one that failed first", async () => {
    const { engine, faults } = await openTodos();
    const attempts: Record<string, number> = {};
    faults.afterAdd = ({ text }) => {
      attempts[text] = (attempts[text] ?? 0) + 1;
      throw new TypeError("a bug");
    };
    const { results } = await engine.push(ann, batch(adds(1, 3)));
    expect(results.map(({ status }) => status)).toEqual(["parked", "parked", "parked"]);
    expect([attempts["text 2"], attempts["text 3"]]).toEqual([5, 5]);
  });
});
