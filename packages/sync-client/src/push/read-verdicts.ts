import type { OperationVerdict, PushOutput } from "@tidemark/api/contracts";
import { TOO_OLD_MESSAGE } from "../outbox/outbox.ts";
import { asDead, asSettled, type TrackedOperation } from "../outbox/tracked-operation.ts";
import { needsReset } from "../retry/failure.ts";
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
  output: PushOutput,
): Settlement {
  const results = new Map(output.results.map((result) => [result.seq, result]));
  const changed: TrackedOperation[] = [];
  const over: StoredOperation[] = [];
  let { ackSeq } = device;
  for (const operation of operations) {
    const seq = operation.key - device.seqBase;
    const result = results.get(seq);
    if (result === undefined) break;
    // A repeated operation brings its first verdict, until this device has confirmed that it stored it.
    const verdict = result.status === "duplicate" ? result.of : result;
    // A seq of ours carries another operation's verdict: this device's history was forked (a copied profile).
    if (result.id !== operation.id || (verdict && verdict.id !== operation.id)) {
      throw needsReset();
    }
    const letter = refusalOf(operation, verdict);
    if (letter ? operation.retired === "discarded" : seq <= device.pulledSeq) over.push(operation);
    else changed.push(letter ? asDead(letter) : asSettled(operation));
    ackSeq = Math.max(ackSeq, seq);
  }
  return { changed, over, ackSeq };
}

const TOO_OLD = { code: "CONTRACT_TOO_OLD", message: TOO_OLD_MESSAGE } as const;

function refusalOf(operation: StoredOperation, verdict?: OperationVerdict): StoredDeadLetter | undefined {
  if (verdict?.status !== "rejected" && verdict?.status !== "parked") return undefined;
  const { status, conflict, error: reason = { code: "INTERNAL", message: "The server gave no reason." } } = verdict;
  const error = operation.retired && reason.code === "UNKNOWN_OPERATION" ? TOO_OLD : reason;
  return { id: operation.id, operation, status, error, conflict };
}
