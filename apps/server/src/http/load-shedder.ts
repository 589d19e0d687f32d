import type { Clock } from "../platform/clock/clock.ts";

/** Requests that may be under way however far the event loop is behind: fewer would leave the database idle. */
const FEWEST_UNDER_WAY = 100;
/** Nobody refuses below this while the event loop keeps up; the database's own queue is bounded elsewhere. */
const MOST_UNDER_WAY = 4_096;
const SAMPLE_INTERVAL_MS = 10;
/**
 * A turn of the event loop that is this late shows work that waits; a single one may be one large answer. On a machine that
 * others use as well a turn is 5 to 15 ms late with nothing to do.
 */
const TARGET_DELAY_MS = 30;
/** So many late samples in a row are a queue that stands. */
const STANDING_SAMPLES = 5;
const SHRINK = 0.8;
const GROWTH = 1.05;
/** How long the last refusal is told by health: probes come every few seconds. */
const TOLD_FOR_MS = 5_000;

export interface LoadShedder {
  /** Whether one more request would be taken now. */
  hasRoom(): boolean;
  /** Takes a place; every one that was taken is given back. */
  enter(): void;
  leave(): void;
  /** A request was refused. */
  countRefusal(): void;
  health(): LoadHealth;
  /** Begins to watch the event loop. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** One look at the event loop, `delayMs` behind its time. */
  sample(delayMs: number): void;
}

export interface LoadHealth {
  /** `shedding`: a request was refused in the last seconds. */
  readonly status: "ok" | "shedding";
  /** How late the event loop was when it was last looked at. */
  readonly latencyMs: number;
}

/**
 * Bounds the requests under way by what the event loop can bear: while it keeps up the bound rises, while it stays
 * behind the bound falls below what is under way. What does not fit is refused at once, so that what was accepted is
 * answered in about its usual time (docs/decisions/0021).
 */
export function createLoadShedder({ clock }: { readonly clock: Clock }): LoadShedder {
  let limit = MOST_UNDER_WAY;
  let underWay = 0;
  let lateSamples = 0;
  let delayMs = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function sample(lateMs: number): void {
    delayMs = Math.max(0, lateMs);
    lateSamples = delayMs > TARGET_DELAY_MS ? lateSamples + 1 : 0;
    if (lateSamples >= STANDING_SAMPLES) {
      limit = Math.max(FEWEST_UNDER_WAY, Math.floor(Math.min(limit, underWay) * SHRINK));
    } else if (lateSamples === 0) {
      limit = Math.min(MOST_UNDER_WAY, Math.ceil(limit * GROWTH));
    }
  }

  return {
    hasRoom: () => underWay < limit,
    enter: () => {
      underWay += 1;
    },
    leave: () => {
      underWay -= 1;
    },
    countRefusal: () => {
      refusedAt = clock.monotonic();
    },
    health: () => {
      const isShedding = clock.monotonic() - refusedAt < TOLD_FOR_MS;
      return { status: isShedding ? "shedding" : "ok", latencyMs: Math.round(delayMs * 10) / 10 };
    },
    sample,
    start: async () => {
      let dueAt = clock.monotonic() + SAMPLE_INTERVAL_MS;
      timer = setInterval(() => {
        const now = clock.monotonic();
        sample(now - dueAt);
        dueAt = now + SAMPLE_INTERVAL_MS;
      }, SAMPLE_INTERVAL_MS).unref();
    },
    stop: async () => clearInterval(timer),
  };
}
