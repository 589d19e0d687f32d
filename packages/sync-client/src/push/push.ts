import { MAX_PUSH_OPERATIONS, type PushOutput } from "@tidemark/api/contracts";
import type { SyncTransport } from "../connection/transport.ts";
import type { RuntimeContract } from "../contract.ts";
import { MAX_TRANSACTION_OPERATIONS } from "../outbox/collect-operations.ts";
import type { OperationDelta } from "../outbox/operation-list.ts";
import { errorCodeOf, errorDetailOf, type FailureReport } from "../retry/failure.ts";
import type { DeviceState, StorageTransaction, StoredOperation, SyncStorage } from "../storage/sync-storage.ts";
import { planPush, type PushPlan } from "./plan-push.ts";
import { readVerdicts, type Settlement } from "./read-verdicts.ts";

export type PushOutcome =
  | { readonly kind: "pushed"; readonly settled: number; readonly hasMore: boolean; readonly delta: OperationDelta }
  | PushFailure;
type PushFailure = { readonly kind: "failed" } & FailureReport;

/** Sends the queue's head and stores the verdicts. Rejects with what the transport or the storage threw. */
export type Push = (signal: AbortSignal) => Promise<PushOutcome>;

const NOTHING: OperationDelta = { changed: [], removed: [] };

export function createPush(deps: {
  readonly contract: RuntimeContract;
  readonly storage: SyncStorage;
  readonly transport: SyncTransport;
}): Push {
  const { contract, storage, transport } = deps;
  /** Halved while the server finds pushes too large. */
  let maxOperations = MAX_PUSH_OPERATIONS;

  return async function push(signal) {
    const head = await readHead();
    if (head === undefined) return needs("reopen", "The local database is gone.");
    if (head.queue.length === 0) return { kind: "pushed", settled: 0, hasMore: false, delta: NOTHING };
    const plan = planPush({ ...head, contractName: contract.name, maxOperations });
    const answer = await send(plan, signal);
    return "output" in answer ? store(head.device, plan, answer.output) : answer;
  };

  function readHead() {
    return storage.transaction("read", ["meta", "outbox"], async (transaction) => {
      const [device, queue, queued] = await Promise.all([
        transaction.get("meta", "device"),
        transaction.list("outbox", { limit: maxOperations + MAX_TRANSACTION_OPERATIONS }),
        transaction.count("outbox"),
      ]);
      return device && { device, queue, queued };
    });
  }

  async function send(plan: PushPlan, signal: AbortSignal): Promise<{ readonly output: PushOutput } | PushFailure> {
    try {
      return { output: await transport.push(plan.input, { signal }) };
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === "SEQUENCE_GAP") return resolveGap(plan, errorDetailOf(error, "expectedSeq"));
      if (code === "PAYLOAD_TOO_LARGE" && plan.operations.length > 1) {
        maxOperations = Math.ceil(plan.operations.length / 2);
        return failed("The push was too large.");
      }
      throw error;
    }
  }

  /** Verdicts, the end of their operations in the outbox and the confirmed seq: all or nothing (I1). */
  async function store(sentBy: DeviceState, plan: PushPlan, output: PushOutput): Promise<PushOutcome> {
    const reading = await storage.transaction("durableWrite", VERDICT_STORES, async (transaction) => {
      const [device, head] = await Promise.all([
        transaction.get("meta", "device"),
        transaction.list("outbox", { limit: plan.operations.length }),
      ]);
      // Without locks another tab may lead too: it may have reset the device, or settled these operations before us.
      if (device?.deviceId !== sentBy.deviceId) return undefined;
      const waiting = new Set(head.map(({ key }) => key));
      const operations = plan.operations.filter(({ key }) => waiting.has(key));
      const found = readVerdicts(device, operations, output);
      if (found.kind === "verdicts") writeSettlement(transaction, device, found.settlement);
      return found;
    });
    if (reading === undefined) return needs("reopen", "The local database was replaced.");
    if (reading.kind === "foreign-history") return needs("reset", "The server knows this device by another history.");
    if (reading.kind === "unreadable") return failed("The answer was not the server's.");
    maxOperations = MAX_PUSH_OPERATIONS;
    const { settled, shown, refused } = reading.settlement;
    const count = settled.length + shown.length + refused.length;
    const hasMore = plan.input.pending !== 0 || count < plan.operations.length;
    return { kind: "pushed", settled: count, hasMore, delta: toDelta(reading.settlement) };
  }
}

const VERDICT_STORES = ["meta", "outbox", "settled", "deadLetters"] as const;

function writeSettlement(
  transaction: StorageTransaction,
  device: DeviceState,
  { settled, shown, refused, ackSeq }: Settlement,
): void {
  for (const operation of settled) {
    transaction.delete("outbox", operation.key);
    transaction.put("settled", operation);
  }
  for (const { key } of shown) transaction.delete("outbox", key);
  for (const letter of refused) {
    transaction.delete("outbox", letter.operation.key);
    transaction.put("deadLetters", letter);
  }
  transaction.putDevice({ ...device, ackSeq });
}

/** The server misses a seq: it is sent again if it is still here, otherwise only a new device id goes on. */
function resolveGap({ input }: PushPlan, expectedSeq: number | undefined): PushFailure {
  if (input.ops.some(({ seq }) => seq === expectedSeq)) {
    return failed(`The server expects ${expectedSeq}.`);
  }
  return needs("reset", `The server expects operation ${expectedSeq}, which this device no longer has.`);
}

const needs = (repair: "reset" | "reopen", message: string) =>
  ({ kind: "failed", failure: { kind: "repair", repair }, message }) as const;

const failed = (message: string) =>
  ({ kind: "failed", failure: { kind: "server", retryAfterMs: 0 }, message }) as const;

function toDelta({ settled, shown, refused }: Settlement): OperationDelta {
  const toSettled = (operation: StoredOperation) => ({ state: "settled", operation }) as const;
  return {
    changed: [
      ...settled.map(toSettled),
      ...refused.map((letter) => ({ state: "dead", operation: letter.operation, letter }) as const),
    ],
    removed: shown.map(({ id }) => id),
  };
}
