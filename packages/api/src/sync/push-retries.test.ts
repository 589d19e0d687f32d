import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import type { PushOperation, PushOutput } from "./sync-protocol.ts";
import type { SyncStore } from "./sync-store.ts";
import { add, ann, batch, openTodos, operation, type TodoTx } from "./todo-fixture.ts";

/** What a queued operation will meet. */
const FATES = [
  "applied",
  "rejected by arguments",
  "rejected by the policy",
  "refused after writing",
  "parked",
] as const;
type Fate = (typeof FATES)[number];

const queued = (fate: Fate, seq: number): PushOperation => {
  if (fate === "rejected by arguments") return operation(seq, "todo.add", { id: 1 });
  if (fate === "rejected by the policy") return add(seq, { listId: "strange" });
  return add(seq, { text: `${fate} ${seq}` });
};

/** One request: where it begins before what is settled, how long it is, and what happens to it on the way. */
const request = fc.record({
  back: fc.nat(4),
  length: fc.integer({ min: 1, max: 9 }),
  copies: fc.integer({ min: 1, max: 3 }),
  outage: fc.constantFrom("none", "none", "before the commit", "after the commit"),
  confirms: fc.boolean(),
});

/** A store whose next transaction can be made to fail, or to commit and lose its answer. */
function createFlakyStore(inner: SyncStore<TodoTx>, line: { outage: string }): SyncStore<TodoTx> {
  const away = new TidemarkError("UNAVAILABLE", { message: "The database is away." });
  return {
    ...inner,
    async write(work) {
      const { outage } = line;
      line.outage = "none";
      const result = await inner.write(async (transaction) => {
        const done = await work(transaction);
        if (outage === "before the commit") throw away;
        return done;
      });
      if (outage === "after the commit") throw away;
      return result;
    },
  };
}

describe("a queue that is pushed over a bad line", () => {
  it("S1 S2 I2 I3: has every operation's effect once, in order, and one verdict each, however requests fail, repeat and overlap", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 30 }),
        fc.array(request, { maxLength: 30 }),
        async (fates, requests) => {
          const line = { outage: "none" };
          const todos = await openTodos({ wrapStore: (store) => createFlakyStore(store, line) });
          todos.faults.afterAdd = ({ text }) => {
            if (text.startsWith("refused")) throw new TidemarkError("CONFLICT", { message: "Full." });
            if (text.startsWith("parked")) throw new TypeError("a bug");
          };
          const queue = fates.map((fate, index) => queued(fate, index + 1));
          const verdicts = new Map<number, string>();
          // What a device has settled is what it holds the verdict of; `lastSeq` may be ahead where an answer was lost.
          let settledSeq = 0;
          let confirmedSeq = 0;

          const receive = ({ results }: PushOutput) => {
            for (const result of results) {
              const verdict = result.status === "duplicate" ? result.of : result;
              if (verdict === undefined) expect(result.seq).toBeLessThanOrEqual(confirmedSeq);
              else expect(JSON.stringify(verdict)).toBe(verdicts.get(result.seq) ?? JSON.stringify(verdict));
              if (verdict !== undefined) verdicts.set(result.seq, JSON.stringify(verdict));
            }
            while (verdicts.has(settledSeq + 1)) settledSeq += 1;
          };
          const push = async (from: number, to: number, confirms: boolean) => {
            if (confirms) confirmedSeq = Math.max(confirmedSeq, settledSeq);
            const input = batch(queue.slice(from, to), confirms ? { ackSeq: confirmedSeq } : {});
            try {
              receive(await todos.engine.push(ann, input));
            } catch (error) {
              expect(error).toMatchObject({ code: "UNAVAILABLE" });
            }
          };

          for (const { back, length, copies, outage, confirms } of requests) {
            line.outage = outage;
            const from = Math.max(0, settledSeq - back);
            const sends = Array.from({ length: copies }, () => push(from, from + length, confirms));
            await Promise.all(sends);
          }
          await push(settledSeq, queue.length, false);

          expect(await todos.texts()).toEqual(
            queue.filter((_, index) => fates[index] === "applied").map(({ seq }) => `applied ${seq}`),
          );
          expect([...verdicts.keys()].toSorted((a, b) => a - b)).toEqual(queue.map(({ seq }) => seq));
          const parked = await todos.store.parkedOperations(batch([]).deviceId);
          expect(parked).toHaveLength(fates.filter((fate) => fate === "parked").length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
