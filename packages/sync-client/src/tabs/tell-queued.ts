import type { Clock } from "../clock.ts";
import type { TabChannel } from "./channel.ts";

/** Milliseconds between two messages: one for each commit would be a fifth of what a queued operation costs. */
const REST_MS = 20;

/**
 * Tells the other tabs that operations from `firstKey` on are stored: of the first commit at once, of those that follow
 * it together. Without a key, what waits for that is told at once.
 */
export type TellQueued = (firstKey?: number) => void;

export interface TellQueuedDeps {
  readonly channel: Pick<TabChannel, "post">;
  readonly clock: Clock;
}

/** `mayWait` is false where a timer may ring too late, and where none must be left behind. */
export function createTellQueued({ channel, clock }: TellQueuedDeps, mayWait: () => boolean): TellQueued {
  /** The lowest key that is not told of. */
  let untold: number | undefined;
  let endRest: (() => void) | undefined;

  return function tell(firstKey?: number): void {
    untold ??= firstKey;
    if (firstKey !== undefined && endRest !== undefined && mayWait()) return;
    endRest?.();
    endRest = undefined;
    if (untold === undefined) return;
    channel.post({ type: "queued", firstKey: untold });
    untold = undefined;
    if (mayWait()) endRest = clock.after(REST_MS, tell);
  };
}
