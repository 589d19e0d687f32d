import { performance } from "node:perf_hooks";
import type { Clock } from "../platform/clock/clock.ts";

/**
 * Requests of a kind that may be under way however busy the event loop is. Pushes wait for each other rather than for the
 * event loop: the 64 devices of a lesson that push at once share transactions, and cost least when they come together.
 */
const FEWEST_UNDER_WAY = { push: 72, other: 64 } as const;
/**
 * The same while a tenth of what comes is refused anyway: more places would serve nobody more, only make all wait longer.
 * Fifty callers that each wait for their answer are not refused for it: they never have more than fifty under way.
 */
const FEWEST_WHILE_REFUSING = { push: 72, other: 16 } as const;
const REFUSED_SHARE = 0.1;
/** Until the span is over it may be one large answer, or the beginning of too much: after so many busy looks no long queue. */
const LOOKS_AT_ONSET = 3;
const FEWEST_AT_ONSET = 128;
const WAIT_AT_ONSET_MS = 50;
/** Nobody refuses below this while the event loop has time to spare; the database's own queue is bounded elsewhere. */
const MOST_UNDER_WAY = 4_096;
/** How long a request may wait for the others under way, once the event loop has no time left. */
const WAIT_MS = 10;
/** By how much the bound grows with each look once there is time again: all at once would make the next queue. */
const GROWTH = 1.5;
const SAMPLE_INTERVAL_MS = 10;
/** How far back the event loop is looked at. */
const SPAN_MS = 100;
/** From this share of its time on the event loop has none left: what comes in more than that waits. */
const SATURATED = 0.95;
/** How long the last refusal is told by health: probes come every few seconds. */
const TOLD_FOR_MS = 5_000;

export type RequestKind = keyof typeof FEWEST_UNDER_WAY;

export interface LoadShedder {
  /** Whether one more request would be taken now. */
  hasRoom(kind: RequestKind): boolean;
  /** Takes a place; every one that was taken is given back. */
  enter(kind: RequestKind): void;
  leave(kind: RequestKind): void;
  /** A request was refused. */
  countRefusal(kind: RequestKind): void;
  health(): LoadHealth;
  /** Begins to watch the event loop. */
  start(): Promise<void>;
  stop(): Promise<void>;
  sample(look: LoopSample): void;
}

/** One look at the event loop. */
export interface LoopSample {
  /** Since the look before. */
  readonly elapsedMs: number;
  /** How much of that time it had something to do, 0 to 1. */
  readonly busyShare: number;
  /** How late the look itself is. */
  readonly lateMs: number;
}

export interface LoadHealth {
  /** `shedding`: a request was refused in the last seconds. */
  readonly status: "ok" | "shedding";
  /** How late the event loop was when it was last looked at. */
  readonly latencyMs: number;
}

/** Requests of a kind that ended, and that were refused. */
interface Counted {
  readonly ended: number;
  readonly refused: number;
}

/** Sums of the looks that lie in the span. */
interface Looks {
  readonly elapsedMs: number;
  readonly busyMs: number;
  readonly push: Counted;
  readonly other: Counted;
}

interface Places {
  limit: number;
  /** A bound for the moment, which leaves no trace in `limit`. */
  most: number;
  underWay: number;
  sinceLastLook: Counted;
}

const NOTHING: Counted = { ended: 0, refused: 0 };

/**
 * Admission control: bounds the requests under way once the event loop has no time left, to as many of a kind as it ends
 * within `WAIT_MS`, and widens that bound by and by once it has time again. What does not fit is refused at once, so that
 * what was accepted is answered in about its usual time (docs/decisions/0021).
 */
export function createLoadShedder({ clock }: { readonly clock: Clock }): LoadShedder {
  const createPlaces = (): Places => ({
    limit: MOST_UNDER_WAY,
    most: MOST_UNDER_WAY,
    underWay: 0,
    sinceLastLook: NOTHING,
  });
  const places = { push: createPlaces(), other: createPlaces() };
  let lateMs = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let looks: readonly Looks[] = [];

  function sample({ elapsedMs, busyShare, lateMs: late }: LoopSample): void {
    lateMs = Math.max(0, late);
    // A clock that stands still says nothing of rates.
    if (elapsedMs <= 0) return;
    const { push, other } = places;
    const look = { elapsedMs, busyMs: busyShare * elapsedMs, push: push.sinceLastLook, other: other.sinceLastLook };
    looks = withinSpan([...looks, look]);
    const seen = sum(looks);
    const isBusy = ({ elapsedMs: elapsed, busyMs }: Looks) => busyMs >= SATURATED * elapsed;
    const isSaturated = seen.elapsedMs >= SPAN_MS && isBusy(seen);
    const last = looks.slice(-LOOKS_AT_ONSET);
    const isOnset = last.length === LOOKS_AT_ONSET && last.every(isBusy);
    for (const kind of ["push", "other"] as const) {
      const { ended, refused } = seen[kind];
      const endedWithin = (ms: number) => Math.ceil((ended / seen.elapsedMs) * ms);
      const isRefusing = refused > REFUSED_SHARE * (ended + refused);
      const fewest = isRefusing ? FEWEST_WHILE_REFUSING[kind] : FEWEST_UNDER_WAY[kind];
      const grown = Math.min(MOST_UNDER_WAY, Math.ceil(places[kind].limit * GROWTH));
      places[kind].limit = isSaturated ? Math.max(fewest, endedWithin(WAIT_MS)) : grown;
      places[kind].most = isOnset ? Math.max(FEWEST_AT_ONSET, endedWithin(WAIT_AT_ONSET_MS)) : MOST_UNDER_WAY;
      places[kind].sinceLastLook = NOTHING;
    }
  }

  return {
    hasRoom: (kind) => places[kind].underWay < Math.min(places[kind].limit, places[kind].most),
    enter: (kind) => {
      places[kind].underWay += 1;
    },
    leave: (kind) => {
      places[kind].underWay -= 1;
      places[kind].sinceLastLook = add(places[kind].sinceLastLook, { ended: 1, refused: 0 });
    },
    countRefusal: (kind) => {
      places[kind].sinceLastLook = add(places[kind].sinceLastLook, { ended: 0, refused: 1 });
      refusedAt = clock.monotonic();
    },
    health: () => {
      const isShedding = clock.monotonic() - refusedAt < TOLD_FOR_MS;
      return { status: isShedding ? "shedding" : "ok", latencyMs: Math.round(lateMs * 10) / 10 };
    },
    sample,
    start: async () => {
      let lookedAt = clock.monotonic();
      let before = performance.eventLoopUtilization();
      timer = setInterval(() => {
        const now = clock.monotonic();
        const current = performance.eventLoopUtilization();
        const busyShare = performance.eventLoopUtilization(current, before).utilization;
        sample({ elapsedMs: now - lookedAt, busyShare, lateMs: now - lookedAt - SAMPLE_INTERVAL_MS });
        lookedAt = now;
        before = current;
      }, SAMPLE_INTERVAL_MS).unref();
    },
    stop: async () => clearInterval(timer),
  };
}

/** Without the oldest looks that the span does not need. */
function withinSpan(looks: readonly Looks[]): readonly Looks[] {
  let { elapsedMs } = sum(looks);
  let first = 0;
  for (const look of looks) {
    elapsedMs -= look.elapsedMs;
    if (elapsedMs < SPAN_MS) break;
    first += 1;
  }
  return looks.slice(first);
}

function sum(looks: readonly Looks[]): Looks {
  let total: Looks = { elapsedMs: 0, busyMs: 0, push: NOTHING, other: NOTHING };
  for (const look of looks) {
    total = {
      elapsedMs: total.elapsedMs + look.elapsedMs,
      busyMs: total.busyMs + look.busyMs,
      push: add(total.push, look.push),
      other: add(total.other, look.other),
    };
  }
  return total;
}

function add(left: Counted, right: Counted): Counted {
  return { ended: left.ended + right.ended, refused: left.refused + right.refused };
}
