import { lowerBound } from "./row-order.ts";
import { UNTOUCHED, type OverlayOperation, type Touch } from "./row-slot.ts";

export interface LogEntry {
  readonly operation: OverlayOperation;
  readonly touches: readonly Touch[];
}

/** The operations whose effect lies over the pulled rows; each row's slot knows those that touch it. */
export interface OperationLog {
  get(id: string): LogEntry | undefined;
  /** Adds or replaces an operation and its effect. */
  set(operation: OverlayOperation, touches: readonly Touch[]): void;
  remove(id: string): void;
}

export function createOperationLog(): OperationLog {
  const entries = new Map<string, LogEntry>();

  const remove = (id: string): void => {
    for (const touch of entries.get(id)?.touches ?? []) {
      const { slot } = touch;
      if (slot.touching.length === 1) slot.touching = UNTOUCHED;
      else slot.touching.splice(slot.touching.indexOf(touch), 1);
    }
    entries.delete(id);
  };

  return {
    get: (id) => entries.get(id),
    remove,
    set(operation, touches) {
      remove(operation.id);
      entries.set(operation.id, { operation, touches });
      for (const touch of touches) {
        const { slot } = touch;
        if (slot.touching.length === 0) slot.touching = [touch];
        else slot.touching.splice(placeOf(operation.order, slot.touching), 0, touch);
      }
    },
  };
}

/** Where those of this order and after it begin. */
export const placeOf = (order: number, sorted: readonly Touch[]): number =>
  lowerBound(sorted, (other) => other.operation.order >= order);
