import type { PushOperation } from "./sync-protocol.ts";

/** Most operations in one transaction: a longer push holds the scopes it touches no longer than this. */
export const MAX_TRANSACTION_OPERATIONS = 50;

/** Operations that are applied together or not at all: a group of its author, or one operation. */
export type PushUnit = readonly PushOperation[];

/** Splits a push into its units: consecutive operations of one group belong together. */
export function splitUnits(ops: readonly PushOperation[]): PushUnit[] {
  const units: PushOperation[][] = [];
  for (const operation of ops) {
    const last = units.at(-1);
    if (last !== undefined && operation.group !== undefined && last[0]?.group === operation.group) last.push(operation);
    else units.push([operation]);
  }
  return units;
}

/** Packs units into transactions of at most 50 operations; a unit is never cut. */
export function packUnits(units: readonly PushUnit[]): PushOperation[][] {
  const batches: PushOperation[][] = [];
  for (const unit of units) {
    const last = batches.at(-1);
    if (last !== undefined && last.length + unit.length <= MAX_TRANSACTION_OPERATIONS) last.push(...unit);
    else batches.push([...unit]);
  }
  return batches;
}
