import type { PushInput, PushOutput } from "@tidemark/api/contracts";
import { expect, it } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import { notesContract } from "../../test/notes-contract.ts";
import { readContract } from "../contract.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { getDevice, needDevice, openDevice } from "../storage/stored-state.ts";
import type { CoreEvent } from "./core-state.ts";
import { createExchanges } from "./exchanges.ts";

const contract = readContract(notesContract);
const args = { id: "n", text: "t" };

/** A leader with more than two pushes full of operations, whose answers come when the test gives them. */
async function lead() {
  const storage = createMemoryStorage(createMemoryDisk());
  await openDevice({ storage, contract, newId: () => "phone", reportError: () => {} });
  const device = await storage.transaction("write", ["meta", "outbox"], async (transaction) => {
    const heard = { ...(await needDevice(transaction)), epoch: "one" };
    transaction.putDevice(heard);
    const envelope = { name: "note.add", args, at: "", contractVersion: contract.version };
    await transaction.append(Array.from({ length: 1_200 }, (_, place) => ({ id: `op ${place}`, ...envelope })));
    return heard;
  });
  const requests: { readonly input: PushInput; readonly answer: PromiseWithResolvers<PushOutput> }[] = [];
  const events: CoreEvent[] = [];
  const clock = createManualClock();
  const exchanges = createExchanges({
    contract,
    storage,
    clock,
    userId: "ann",
    pageRoom: 10_000,
    newId: () => "tablet",
    known: () => [],
    knownDevice: () => device,
    isBehind: () => false,
    onPushed: () => {},
    onPulled: () => {},
    onReplaced: async () => {},
    dispatch(event) {
      events.push(event);
      // As the machine does.
      if (event.type === "failed") exchanges.perform({ type: "abort" });
    },
    transport: {
      push(input) {
        const answer = Promise.withResolvers<PushOutput>();
        requests.push({ input, answer });
        return answer.promise;
      },
      pull: () => Promise.reject(new TypeError("Nothing is pulled here.")),
    },
  });
  const push = async (task: number) => {
    exchanges.perform({ type: "work", task, work: "push" });
    await expect.poll(() => requests).toHaveLength(task);
  };
  return {
    exchanges,
    clock,
    push,
    requests,
    all: () => events,
    events: () => events.map((event) => `${event.type} ${"task" in event ? event.task : ""}`),
    ackSeq: async () => (await storage.transaction("read", ["meta"], getDevice))?.ackSeq,
    /** Gives the push's first operations, all if not said, their verdict. */
    applyAll(task: number, count?: number) {
      const ops = (requests[task - 1]?.input.ops ?? []).slice(0, count);
      const results = ops.map(({ id, seq }) => ({ id, seq, status: "applied" as const }));
      requests[task - 1]?.answer.resolve({ epoch: "one", lastSeq: 0, results });
    },
  };
}

it("C26: each push begins where the one before it ended, without waiting for its answer", async () => {
  const { push, requests } = await lead();
  for (const task of [1, 2, 3]) await push(task);
  expect(requests.map(({ input }) => [input.ops[0]?.seq, input.ops.length, input.pending])).toEqual([
    [1, 500, 700],
    [501, 500, 200],
    [1_001, 200, 0],
  ]);
});

it("C26, C9: verdicts of a later push are never stored before those of an earlier one", async () => {
  const { push, applyAll, events, ackSeq } = await lead();
  await push(1);
  await push(2);
  applyAll(2);
  await expect.poll(() => events()).toContain("heard 2");
  expect(await ackSeq()).toBe(0);
  applyAll(1);
  await expect.poll(() => events()).toContain("done 2");
  expect(await ackSeq()).toBe(1_000);
  expect(events().slice(3)).toEqual(["heard 1", "settled 1", "done 1", "settled 2", "done 2"]);
});

it("C26: a failure is told when its push has its turn, and voids the pushes behind it", async () => {
  const { exchanges, push, requests, applyAll, events, ackSeq } = await lead();
  for (const task of [1, 2, 3]) await push(task);
  applyAll(3);
  requests[1]?.answer.reject(new TypeError("Failed to fetch"));
  await expect.poll(() => events()).toContain("heard 3");
  expect(events()).not.toContain("failed 2");
  applyAll(1);
  await expect.poll(() => events()).toContain("failed 2");
  await exchanges.ended();
  expect(await ackSeq()).toBe(500);
  expect(events().at(-1)).toBe("failed 2");
});

it.each([undefined, "<html>", { epoch: "one" }, { results: [] }])(
  "C10: an answer that is not the server's settles nothing, and does not count as heard: %j",
  async (output) => {
    const { push, requests, all } = await lead();
    await push(1);
    requests[0]?.answer.resolve(output as never);
    await expect.poll(() => all()).toHaveLength(2);
    expect(all()[1]).toEqual({ type: "failed", task: 1, failure: { kind: "server", retryAfterMs: 0 } });
  },
);

it("C12, C26: verdicts that the server left out are asked for again, those that came are stored", async () => {
  const { push, applyAll, all, events, ackSeq } = await lead();
  await push(1);
  applyAll(1, 3);
  await expect.poll(() => events()).toEqual(["planned 1", "heard 1", "settled 1", "failed 1"]);
  expect(all().at(-1)).toMatchObject({ failure: { kind: "gap" } });
  expect(await ackSeq()).toBe(3);
});

it("C12: verdicts for none of them are a gap without progress", async () => {
  const { push, applyAll, events } = await lead();
  await push(1);
  applyAll(1, 0);
  await expect.poll(() => events()).toEqual(["planned 1", "heard 1", "failed 1"]);
});

it.each([
  [{ expectedSeq: 1 }, { kind: "gap" }],
  [{ expectedSeq: 0 }, { kind: "repair", repair: "reset" }],
  [{}, { kind: "repair", repair: "reset" }],
])("C12, C13: a gap that the queue can fill is sent again, any other begins anew: %j", async (details, failure) => {
  const { push, requests, all } = await lead();
  await push(1);
  const data = { code: "SEQUENCE_GAP", httpStatus: 409, ...details };
  requests[0]?.answer.reject(Object.assign(new Error("gap"), { data }));
  await expect.poll(() => all().at(-1)).toEqual({ type: "failed", task: 1, failure });
});

it("C10: after an abort the queue is sent again from its head", async () => {
  const { exchanges, push, requests } = await lead();
  await push(1);
  exchanges.perform({ type: "abort" });
  await push(2);
  expect(requests[1]?.input).toEqual(requests[0]?.input);
  await expect.poll(() => exchanges.seen.activity).toEqual([]);
});

it("C16: a request without an answer is given up after 30 s, though its link never hears of it", async () => {
  const { clock, push, events } = await lead();
  await push(1);
  clock.advance(29_999);
  expect(clock.nextDelay()).toBe(1);
  clock.advance(1);
  await expect.poll(() => events()).toEqual(["planned 1", "failed 1"]);
  expect(clock.nextDelay()).toBeUndefined();
});
