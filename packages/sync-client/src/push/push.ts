import { MAX_PUSH_OPERATIONS, type PushOutput } from "@tidemark/api/contracts";
import type { Clock } from "../clock.ts";
import { inTime, type SyncTransport } from "../connection/transport.ts";
import type { RuntimeContract } from "../contract.ts";
import { MAX_TRANSACTION_OPERATIONS } from "../outbox/outbox.ts";
import type { OperationDelta } from "../outbox/tracked-operation.ts";
import { isDead } from "../outbox/tracked-operation.ts";
import {
  errorCodeOf,
  ExchangeError,
  expectDevice,
  expectedSeqOf,
  lacksVerdicts,
  needsRepair,
} from "../retry/failure.ts";
import { settledKey } from "../storage/stored-state.ts";
import type { DeviceState, StorageTransaction, SyncStorage } from "../storage/sync-storage.ts";
import { planPush, type PushPlan } from "./plan-push.ts";
import { readVerdicts, type Settlement } from "./read-verdicts.ts";

/** The three steps of a push. They reject with an `ExchangeError`, or with what transport or storage threw. */
export interface Push {
  /** What the next push carries, from the outbox key `from` on; nothing where nothing waits. */
  plan(from: number): Promise<PushPlan | undefined>;
  send(plan: PushPlan, signal: AbortSignal): Promise<PushOutput>;
  /** Verdicts, the end of their operations in the outbox and the confirmed seq: all or nothing (I1). */
  store(plan: PushPlan, output: PushOutput | undefined): Promise<StoredPush>;
  /** The device ids that this tab has pushed by. */
  sentBy(): readonly string[];
}

export interface StoredPush {
  readonly settled: number;
  /** Each operation that still waited has its verdict. */
  readonly isWhole: boolean;
  readonly delta: OperationDelta;
}

const VERDICT_STORES = ["meta", "outbox", "deadLetters"] as const;

export interface PushDeps {
  readonly contract: RuntimeContract;
  readonly storage: SyncStorage;
  readonly transport: SyncTransport;
  readonly clock: Clock;
  /** The device that this tab has read its operations of, if it has. */
  readonly knownDevice: () => string | undefined;
}

export function createPush(deps: PushDeps): Push {
  const { contract, storage, transport, clock, knownDevice } = deps;
  /** Halved when the server finds pushes too large. */
  let maxOperations = MAX_PUSH_OPERATIONS;
  const sentBy = new Set<string>();

  return {
    plan: (from) =>
      storage.transaction("read", ["meta", "outbox"], async (transaction) => {
        const device = expectDevice(await transaction.get("meta", "device"), knownDevice());
        const first = settledKey(device) + 1;
        const [[head], queue, queued] = await Promise.all([
          transaction.list("outbox", { from: first, limit: 1 }),
          transaction.list("outbox", {
            from: Math.max(from, first),
            limit: maxOperations + MAX_TRANSACTION_OPERATIONS,
          }),
          transaction.countQueued(first),
        ]);
        if (head === undefined || queue.length === 0) return undefined;
        return planPush({ contractName: contract.name, device, head, queue, queued, maxOperations });
      }),

    sentBy: () => [...sentBy],

    async send(plan, signal) {
      sentBy.add(plan.input.deviceId);
      try {
        return await inTime(clock, signal, (options) => transport.push(plan.input, options));
      } catch (error) {
        const code = errorCodeOf(error);
        if (code === "SEQUENCE_GAP") throw gapOf(plan, expectedSeqOf(error));
        if (code === "PAYLOAD_TOO_LARGE") maxOperations = Math.ceil(plan.operations.length / 2);
        throw error;
      }
    },

    store: ({ input, operations: sent }, output) =>
      storage.transaction("durableWrite", VERDICT_STORES, async (transaction) => {
        // Another tab may lead by now: it may have reset the device, or settled these operations before us.
        const device = expectDevice(await transaction.get("meta", "device"), input.deviceId);
        const head = await transaction.list("outbox", { from: settledKey(device) + 1, limit: sent.length });
        const keys = new Set(sent.map(({ key }) => key));
        // Operations before these wait for their verdict still: to confirm these now would skip theirs (C9).
        if (head[0] && head[0].key < Math.min(...keys)) throw lacksVerdicts();
        // As they are now: a person may have given one up while it was under way.
        const operations = head.filter(({ key }) => keys.has(key));
        const settlement = readVerdicts(device, operations, output);
        const { replaces, ...known } = device;
        // Once an answer has come to a push that named them, the server takes nothing by the former ids any more.
        const kept = replaces !== undefined && input.replaces === undefined ? device : known;
        writeSettlement(transaction, { ...kept, epoch: device.epoch ?? output?.epoch ?? null }, settlement);
        const { changed, over } = settlement;
        const settled = changed.length + over.length;
        return {
          settled,
          isWhole: settled === operations.length,
          delta: { changed, removed: over.map(({ id }) => id) },
        };
      }),
  };
}

function writeSettlement(
  transaction: StorageTransaction,
  device: DeviceState,
  { changed, over, ackSeq }: Settlement,
): void {
  const refused = changed.filter(isDead);
  for (const { key } of [...over, ...refused]) transaction.delete("outbox", key);
  for (const { letter } of refused) transaction.put("deadLetters", letter);
  transaction.putDevice({ ...device, ackSeq });
}

/** What was queued when the push was read can be sent again; what was settled before it only a new device id repairs. */
function gapOf({ headSeq }: PushPlan, expectedSeq: number | undefined): ExchangeError {
  const message = `The server expects operation ${expectedSeq}.`;
  if (expectedSeq !== undefined && expectedSeq >= headSeq) return new ExchangeError({ kind: "gap" }, message);
  return needsRepair("reset", message);
}
