import { TidemarkError } from "../errors.ts";
import type { FieldClash } from "./field-merge.ts";
import type { OperationOutcome } from "./operation-outcome.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationVerdict } from "./sync-protocol.ts";
import type { IndexedRow, ParkedOperation, RowChange } from "./sync-store.ts";
import { userScope } from "./system-contract.ts";

export interface ConflictRecordDeps {
  /** The server's time, in milliseconds since 1970: shown to people, orders nothing. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** A `conflict` row for everyone who lost a value, in the scope that only they read. */
export function recordConflicts(
  { now, newId }: ConflictRecordDeps,
  target: { readonly entity: string; readonly id: string },
  clashes: readonly FieldClash[],
): RowChange[] {
  return clashes.map(({ field, lost, won, loserId, winnerId }) => {
    const id = newId();
    const at = new Date(now()).toISOString();
    const value = { id, entity: target.entity, entityId: target.id, field, lost, won, by: winnerId, at };
    return { scope: userScope(loserId), entity: "conflict", id, value };
  });
}

/** Dismissing twice, from two devices say, is one dismissal; nobody learns of rows in another person's scope. */
export function dismissConflict(row: IndexedRow | undefined, user: SyncUser): OperationOutcome {
  if (row === undefined || row.scope !== userScope(user.id)) {
    return { refusal: new TidemarkError("NOT_FOUND", { message: "There is no such conflict." }) };
  }
  const { scope, entity, id, value } = row;
  return { result: { id }, changes: value === null ? [] : [{ scope, entity, id, value: null }] };
}

/** The final verdict of an operation that was parked, as its device pulls it. */
export function verdictChange({ userId, deviceId }: ParkedOperation, verdict: OperationVerdict): RowChange {
  const { id, seq, status, error } = verdict;
  const value = { id, deviceId, seq, status, ...(error !== undefined && { error }) };
  return { scope: userScope(userId), entity: "verdict", id, value };
}
