import { TidemarkError } from "../errors.ts";
import type { VerdictConflict } from "./operation-outcome.ts";
import { HandlerRefusal } from "./operation-runner.ts";
import type { OperationResult, OperationVerdict, PushOperation } from "./sync-protocol.ts";

/** Longest reason kept with a parked operation, in UTF-16 code units. */
const MAX_REASON_LENGTH = 10_000;

export function duplicateOf({ id, seq }: PushOperation, verdict: OperationVerdict | undefined): OperationResult {
  return { id, seq, status: "duplicate", ...(verdict !== undefined && { of: verdict }) };
}

export function rejectedVerdict(
  { id, seq }: PushOperation,
  { code, message }: TidemarkError,
  conflict?: VerdictConflict,
): OperationVerdict {
  return { id, seq, status: "rejected", error: { code, message }, ...(conflict !== undefined && { conflict }) };
}

export function parkedVerdict({ id, seq }: PushOperation): OperationVerdict {
  const message = "The server failed on this operation and has kept it; it will be run again once the fault is mended.";
  return { id, seq, status: "parked", error: { code: "INTERNAL", message } };
}

export const groupFailed = (reason: string) =>
  new TidemarkError("GROUP_FAILED", { message: `${reason}, so nothing of its group was applied.` });

/** A refusal with what its author has to compare: on the slow road both must still be there when the verdict is written. */
export class ConflictRefusal extends Error {
  readonly refusal: TidemarkError;
  readonly conflict: VerdictConflict;

  constructor(refusal: TidemarkError, conflict: VerdictConflict) {
    super(refusal.message, { cause: refusal });
    this.name = "ConflictRefusal";
    this.refusal = refusal;
    this.conflict = conflict;
  }
}

/** The refusal in a failure, or `undefined` for a fault of ours. */
export function refusalOf(failure: unknown): TidemarkError | undefined {
  if (failure instanceof HandlerRefusal || failure instanceof ConflictRefusal) return failure.refusal;
  return failure instanceof TidemarkError && failure.code !== "INTERNAL" ? failure : undefined;
}

/** A failure as text for operators; it may quote arguments, and a column takes neither NUL nor half a surrogate pair. */
export function describeFailure(failure: unknown): string {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return text.slice(0, MAX_REASON_LENGTH).replaceAll("\0", "\\0").toWellFormed();
}
