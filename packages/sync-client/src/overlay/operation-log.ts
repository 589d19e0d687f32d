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
  /** Whether no operation comes after this one. */
  isLast(operation: OverlayOperation): boolean;
  /** Operations that touched the row, in their order. */
  touching(key: string): readonly LogEntry[];
}

export function createOperationLog(): OperationLog {
  const entries = new Map<string, LogEntry>();
  const idsByRow = new Map<string, Set<string>>();
  let lastOrder = 0;

  const unlink = ({ operation, effect }: LogEntry): void => {
    for (const key of effect.touched) {
      const ids = idsByRow.get(key);
      ids?.delete(operation.id);
      if (ids?.size === 0) idsByRow.delete(key);
    }
  };

  return {
    get: (id) => entries.get(id),
    add(operation) {
      const previous = entries.get(operation.id);
      if (previous !== undefined) unlink(previous);
      entries.set(operation.id, { operation, effect: NO_EFFECT });
      lastOrder = Math.max(lastOrder, operation.order);
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
      entries.set(id, { operation: previous.operation, effect });
      for (const key of effect.touched) {
        const ids = idsByRow.get(key);
        if (ids === undefined) idsByRow.set(key, new Set([id]));
        else ids.add(id);
      }
    },
    isLast: ({ order }) => order >= lastOrder,
    touching(key) {
      const found: LogEntry[] = [];
      for (const id of idsByRow.get(key) ?? []) {
        const entry = entries.get(id);
        if (entry === undefined) continue;
        found.splice(
          lowerBound(found, (other) => other.operation.order > entry.operation.order),
          0,
          entry,
        );
      }
      return found;
    },
  };
}
