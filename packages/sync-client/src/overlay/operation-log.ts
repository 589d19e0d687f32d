import { NO_EFFECT, type OperationEffect, type OverlayOperation } from "./operation-effect.ts";
import { lowerBound } from "./row-order.ts";

export interface LogEntry {
  readonly operation: OverlayOperation;
  readonly effect: OperationEffect;
}

/** The operations whose effect lies over the pulled rows, in their order, found by the rows that they touch. */
export interface OperationLog {
  get(id: string): LogEntry | undefined;
  /** Adds or replaces an operation; its effect is not known yet. */
  add(operation: OverlayOperation): void;
  remove(id: string): void;
  setEffect(id: string, effect: OperationEffect): void;
  /** Operations that touched the row, in their order. Do not keep it: it changes in place. */
  touching(key: string): readonly LogEntry[];
}

export function createOperationLog(): OperationLog {
  const entries = new Map<string, LogEntry>();
  /** In their order; a row that nothing touches has none. */
  const entriesByRow = new Map<string, LogEntry[]>();

  const unlink = (entry: LogEntry): void => {
    for (const key of entry.effect.touched) {
      const touching = entriesByRow.get(key);
      if (touching === undefined) continue;
      if (touching.length === 1) entriesByRow.delete(key);
      else touching.splice(touching.indexOf(entry), 1);
    }
  };
  const link = (entry: LogEntry): void => {
    entries.set(entry.operation.id, entry);
    for (const key of entry.effect.touched) {
      const touching = entriesByRow.get(key);
      if (touching === undefined) entriesByRow.set(key, [entry]);
      else touching.splice(placeOf(entry, touching), 0, entry);
    }
  };

  return {
    get: (id) => entries.get(id),
    add(operation) {
      const previous = entries.get(operation.id);
      if (previous !== undefined) unlink(previous);
      link({ operation, effect: NO_EFFECT });
    },
    remove(id) {
      const previous = entries.get(id);
      if (previous !== undefined) unlink(previous);
      entries.delete(id);
    },
    setEffect(id, effect) {
      const previous = entries.get(id);
      if (previous === undefined) return;
      unlink(previous);
      link({ operation: previous.operation, effect });
    },
    touching: (key) => entriesByRow.get(key) ?? NONE,
  };
}

const NONE: readonly LogEntry[] = [];

const placeOf = ({ operation }: LogEntry, sorted: readonly LogEntry[]): number =>
  lowerBound(sorted, (other) => other.operation.order > operation.order);
