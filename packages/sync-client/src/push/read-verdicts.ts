import type { OperationResult, PushOutput } from "@tidemark/api/contracts";
import { TOO_OLD_MESSAGE } from "../outbox/outbox.ts";
import { asDead, asSettled, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { needsRepair, notTheServers } from "../retry/failure.ts";
import type { DeviceState, StoredDeadLetter, StoredOperation } from "../storage/sync-storage.ts";

/** What a push's answer means for its operations. */
export interface Settlement {
  /** Applied or merged, whose rows may not be pulled yet; and refused. */
  readonly changed: readonly TrackedOperation[];
  /** Applied, and shown by an earlier pull already; or refused, and given up before. */
  readonly over: readonly StoredOperation[];
  /** Every verdict up to here is in this settlement or stored before. */
  readonly ackSeq: number;
}

/**
 * Sorts the operations of a push by their verdicts, in order; a missing verdict ends it.
 * @throws ExchangeError where this is no answer to the push, or one to another device's
 */
export function readVerdicts(
  device: DeviceState,
  operations: readonly StoredOperation[],
  output: PushOutput | undefined,
): Settlement {
  // Something between us and the server may answer in its stead; its answer must not settle anything.
  if (typeof output?.epoch !== "string" || !Array.isArray(output.results)) throw notTheServers();
  const results = new Map(output.results.map((result) => [result.seq, result]));
  const changed: TrackedOperation[] = [];
  const over: StoredOperation[] = [];
  let { ackSeq } = device;
  for (const operation of operations) {
    const seq = operation.key - device.seqBase;
    const result = results.get(seq);
    if (result === undefined) break;
    // A seq of ours carries another operation's verdict: this device's history was forked (a copied profile).
    if (result.id !== operation.id || idOfFirst(result) !== operation.id) {
      throw needsRepair("reset", "This device was forked.");
    }
    const letter = refusalOf(operation, result);
    if (letter ? operation.retired === "discarded" : seq <= device.pulledSeq) over.push(operation);
    else changed.push(letter ? asDead(letter) : asSettled(operation));
    ackSeq = Math.max(ackSeq, seq);
  }
  return { changed, over, ackSeq };
}

/** A repeated operation brings its first verdict, until this device has confirmed that it stored it. */
const firstVerdict = (result: OperationResult) => (result.status === "duplicate" ? result.of : result);
const idOfFirst = (result: OperationResult): string => firstVerdict(result)?.id ?? result.id;

const TOO_OLD = { code: "CONTRACT_TOO_OLD", message: TOO_OLD_MESSAGE } as const;

function refusalOf(operation: StoredOperation, result: OperationResult): StoredDeadLetter | undefined {
  const verdict = firstVerdict(result);
  if (verdict?.status !== "rejected" && verdict?.status !== "parked") return undefined;
  const { status, conflict, error: reason = { code: "INTERNAL", message: "The server gave no reason." } } = verdict;
  const isTooOld = operation.retired !== undefined && reason.code === "UNKNOWN_OPERATION";
  const error = isTooOld ? TOO_OLD : reason;
  return { id: operation.id, operation, status, error, ...(conflict && { conflict }) };
}
