import { MAX_PUSH_OPERATIONS, readSyncError, type PushOutput } from "@tidemark/api/contracts";
import type { Clock } from "../clock.ts";
import { inTime, type SyncTransport } from "../connection/transport.ts";
import type { RuntimeContract } from "../contract.ts";
import { MAX_TRANSACTION_OPERATIONS } from "../outbox/outbox.ts";
import { isDead, type OperationDelta } from "../outbox/tracked-operation.ts";
import { checkAnswer, hasGap, needsReset, type ExchangeError } from "../retry/failure.ts";
import { needDevice, OPERATION_STORES, settledKey } from "../storage/stored-state.ts";
import type { DeviceState, SyncStorage } from "../storage/sync-storage.ts";
import { planPush, type PushPlan } from "./plan-push.ts";
import { readVerdicts } from "./read-verdicts.ts";

/** The three steps of a push. They reject with an `ExchangeError`, or with what transport or storage threw. */
export interface Push {
  /** What the next push carries, from the outbox key `from` on; nothing where nothing waits. */
  plan(from: number): Promise<PushPlan | undefined>;
  send(plan: PushPlan, signal: AbortSignal): Promise<PushOutput>;
  /** Verdicts, the end of their operations in the outbox and the confirmed seq: all or nothing (I1). */
  store(plan: PushPlan, output: PushOutput): Promise<StoredPush>;
}

/** The operations that have their verdict now, and what became of them. */
export interface StoredPush extends OperationDelta {
  /** Each operation that still waited has its verdict. */
  readonly isWhole: boolean;
}

export interface PushDeps {
  readonly contract: RuntimeContract;
  readonly storage: SyncStorage;
  readonly transport: SyncTransport;
  readonly clock: Clock;
  /** The device that this tab has read its operations of, if it has. */
  readonly knownDevice: () => DeviceState | undefined;
}

export function createPush(deps: PushDeps): Push {
  const { contract, storage, transport, clock, knownDevice } = deps;
  /** Halved when the server finds pushes too large. */
  let maxOperations = MAX_PUSH_OPERATIONS;

  return {
    plan: (from) =>
      storage.transaction("read", ["meta", "outbox"], async (transaction) => {
        // Cleared under this tab, and made by one that opened then: what only this one remembers is not in there.
        const device = await needDevice(transaction, knownDevice());
        const queue = await transaction.list("outbox", {
          from: Math.max(from, settledKey(device) + 1),
          limit: maxOperations + MAX_TRANSACTION_OPERATIONS,
        });
        const plan = planPush({ contract, device, queue, maxOperations });
        if (plan) plan.input.pending = (await transaction.lastKey()) - plan.lastKey;
        return plan;
      }),

    async send(plan, signal) {
      try {
        const output = await inTime(clock, signal, (options) => transport.push(plan.input, options));
        checkAnswer(output, output?.results);
        return output;
      } catch (error) {
        const { code, expectedSeq } = readSyncError(error);
        if (code === "SEQUENCE_GAP") throw gapOf(plan, expectedSeq);
        if (code === "PAYLOAD_TOO_LARGE") maxOperations = Math.ceil(plan.input.ops.length / 2);
        throw error;
      }
    },

    store: ({ input, lastKey }, output) =>
      storage.transaction("durableWrite", OPERATION_STORES, async (transaction) => {
        // Another tab may lead by now: it may have reset the device, or settled these operations before us.
        const device = await needDevice(transaction, input);
        // As they are now: a person may have given one up while it was under way. Whatever waits before them has no verdict
        // in this answer, and so keeps theirs from being confirmed (C9).
        const operations = await transaction.list("outbox", { from: settledKey(device) + 1, to: lastKey });
        const { changed, over, ackSeq } = readVerdicts(device, operations, output);
        const refused = changed.filter(isDead);
        for (const { key } of [...over, ...refused]) transaction.delete("outbox", key);
        for (const { letter } of refused) transaction.put("deadLetters", letter);
        // Once an answer has come to a push that named them, the server takes nothing by the former ids any more.
        const replaces = input.replaces ? undefined : device.replaces;
        transaction.putDevice({ ...device, ackSeq, replaces, epoch: device.epoch ?? output.epoch });
        const isWhole = changed.length + over.length === operations.length;
        return { changed, removed: over.map(({ id }) => id), isWhole };
      }),
  };
}

/** What was queued when the push was read can be sent again; what was settled before it only a new device id repairs. */
function gapOf({ ackSeq }: PushPlan, expectedSeq = 0): ExchangeError {
  if (expectedSeq <= ackSeq) return needsReset();
  return hasGap(`The server expects operation ${expectedSeq}.`);
}
