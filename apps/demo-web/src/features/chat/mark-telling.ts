import { isFurther, type ReadPosition } from "@tidemark/api/contracts";

/** How far a person has read here, and what the server answered when it was told. */
export interface MarkTelling {
  readonly seen: ReadPosition | undefined;
  /** The server has this; the row that says so may still be on its way. */
  readonly told: ReadPosition | undefined;
  /** The server does not take it: its lesson is lost, or a backup from before its message was restored. */
  readonly refused: ReadPosition | undefined;
  /** Calls without an answer since the last one that had one. */
  readonly failures: number;
}

export type MarkEvent =
  | { readonly type: "seen" | "told" | "refused"; readonly place: ReadPosition }
  | { readonly type: "failed" };

export const startTelling = (seen: ReadPosition | undefined): MarkTelling => ({
  seen,
  told: undefined,
  refused: undefined,
  failures: 0,
});

/** A place only ever moves on; one that was refused leaves a person nothing to decide, and is not tried again. */
export function nextTelling(telling: MarkTelling, event: MarkEvent): MarkTelling {
  switch (event.type) {
    case "seen": {
      const { seen, refused } = telling;
      if (event.place.upTo === refused?.upTo || !isBehind(seen, event.place)) return telling;
      return { ...telling, seen: event.place };
    }
    case "told":
      return { ...telling, told: event.place, failures: 0 };
    case "refused": {
      const seen = telling.seen?.upTo === event.place.upTo ? undefined : telling.seen;
      return { ...telling, seen, refused: event.place, failures: 0 };
    }
    case "failed":
      return { ...telling, failures: telling.failures + 1 };
  }
}

/** What this device has seen beyond what it holds of the server. */
export function aheadOf({ seen }: MarkTelling, stored: ReadPosition | undefined): ReadPosition | undefined {
  return seen !== undefined && isBehind(stored, seen) ? seen : undefined;
}

/** Of that, what the server was not told yet. */
export function leftToTell(telling: MarkTelling, stored: ReadPosition | undefined): ReadPosition | undefined {
  const ahead = aheadOf(telling, stored);
  return ahead !== undefined && isBehind(telling.told, ahead) ? ahead : undefined;
}

const isBehind = (current: ReadPosition | undefined, place: ReadPosition): boolean =>
  current === undefined || isFurther(place, current);
