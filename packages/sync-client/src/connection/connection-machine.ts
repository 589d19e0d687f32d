import { backoffDelay } from "../retry/backoff.ts";
import type { Failure, Repair } from "../retry/failure.ts";
import type { WaitReason } from "../sync.ts";

/** What the leading tab can be doing; one at a time. */
export type Task = "push" | "pull" | Repair;

/** The leading tab's dealings with the server. */
export interface ConnectionState {
  readonly phase:
    | { readonly name: "following" }
    | { readonly name: "running"; readonly task: Task }
    /** Nothing to do until the next poll. */
    | { readonly name: "idle" }
    /** After a failure, until the next attempt. */
    | { readonly name: "waiting" }
    | { readonly name: "stopped" };
  readonly isVisible: boolean;
  readonly wantsPush: boolean;
  readonly wantsPull: boolean;
  readonly repair: Repair | null;
  /** In a row; a task that ends well sets it back. */
  readonly failures: number;
  readonly reason: WaitReason;
}

export type ConnectionEvent =
  /** This tab leads now. */
  | { readonly type: "led" }
  /** There may be something to push or pull. `isUrgent` does not wait for the end of a backoff. */
  | { readonly type: "woken"; readonly wants: "push" | "both"; readonly isUrgent: boolean }
  | { readonly type: "timer-fired" }
  | { readonly type: "visibility-changed"; readonly isVisible: boolean }
  /** The app has renewed the session. */
  | { readonly type: "reauthorized" }
  | { readonly type: "pushed"; readonly settled: number; readonly hasMore: boolean }
  | { readonly type: "pulled" }
  | { readonly type: "repaired" }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "stopped" };

export type ConnectionEffect =
  | { readonly type: "run"; readonly task: Task }
  /** Replaces the timer. */
  | { readonly type: "schedule"; readonly delayMs: number }
  | { readonly type: "cancel-timer" }
  | { readonly type: "ask-for-authorization" }
  /** A round of exchanges has ended, well or not. */
  | { readonly type: "round-ended" };

export interface ConnectionSettings {
  readonly pollIntervalMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** A hidden page polls this many times less often. */
const HIDDEN_POLL_FACTOR = 15;
/** Repairs in a row before they count as a failing server. */
const MAX_QUICK_REPAIRS = 3;

export const initialConnection: ConnectionState = {
  phase: { name: "following" },
  isVisible: true,
  wantsPush: false,
  wantsPull: false,
  repair: null,
  failures: 0,
  reason: "none",
};

/** The whole of the connection's decisions: an event in, the next state and what to do out. Pure but for `random`. */
export function stepConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  settings: ConnectionSettings,
): ConnectionStep {
  if (state.phase.name === "stopped") return { state, effects: [] };
  switch (event.type) {
    case "led":
      return proceed({ ...state, wantsPush: true, wantsPull: true }, settings);
    case "woken": {
      const next = { ...state, wantsPush: true, wantsPull: state.wantsPull || event.wants === "both" };
      return canStart(state, event.isUrgent) ? proceed(next, settings) : { state: next, effects: [] };
    }
    case "timer-fired":
      return canStart(state, true)
        ? proceed({ ...state, wantsPush: true, wantsPull: true }, settings)
        : { state, effects: [] };
    case "visibility-changed": {
      const next = { ...state, isVisible: event.isVisible };
      if (!canStart(state, true)) return { state: next, effects: [] };
      if (event.isVisible) return proceed({ ...next, wantsPush: true, wantsPull: true }, settings);
      return state.phase.name === "idle" ? rest(next, settings, []) : { state: next, effects: [] };
    }
    case "reauthorized":
      // Only the first refusal in a row is tried again at once: a session that cannot be renewed must not spin.
      return canStart(state, true) && state.failures <= 1 ? proceed(state, settings) : { state, effects: [] };
    case "pushed": {
      // Nothing to push means that the server was not asked: it proves nothing.
      const next = event.settled > 0 ? { ...succeeded(state), wantsPull: true } : state;
      return proceed({ ...next, wantsPush: state.wantsPush || event.hasMore }, settings);
    }
    case "pulled":
      return proceed(succeeded(state), settings);
    case "repaired":
      return proceed({ ...state, repair: null, wantsPush: true, wantsPull: true }, settings);
    case "failed":
      return fail(state, event.failure, settings);
    case "stopped":
      return { state: { ...state, phase: { name: "stopped" } }, effects: [{ type: "cancel-timer" }] };
  }
}

const succeeded = (state: ConnectionState): ConnectionState => ({ ...state, failures: 0, reason: "none" });

function canStart({ phase }: ConnectionState, isUrgent: boolean): boolean {
  return phase.name === "idle" || (phase.name === "waiting" && isUrgent);
}

/** Takes up the next task: repairs first, then what people wrote, then what others wrote. */
function proceed(state: ConnectionState, settings: ConnectionSettings): ConnectionStep {
  if (state.repair !== null) return run(state, state.repair);
  if (state.wantsPush) return run({ ...state, wantsPush: false }, "push");
  if (state.wantsPull) return run({ ...state, wantsPull: false }, "pull");
  return rest(state, settings, [{ type: "round-ended" }]);
}

function run(state: ConnectionState, task: Task): ConnectionStep {
  return {
    state: { ...state, phase: { name: "running", task } },
    effects: [{ type: "cancel-timer" }, { type: "run", task }],
  };
}

function rest(
  state: ConnectionState,
  { pollIntervalMs }: ConnectionSettings,
  effects: readonly ConnectionEffect[],
): ConnectionStep {
  const delayMs = state.isVisible ? pollIntervalMs : pollIntervalMs * HIDDEN_POLL_FACTOR;
  return { state: { ...state, phase: { name: "idle" } }, effects: [...effects, { type: "schedule", delayMs }] };
}

/** What failed is wanted still; nothing is ever dropped for a failure. */
function fail(state: ConnectionState, failure: Failure, settings: ConnectionSettings): ConnectionStep {
  const failures = state.failures + 1;
  const repair = failure.kind === "repair" ? failure.repair : state.repair;
  const next = { ...state, failures, repair, wantsPush: true, wantsPull: true };
  if (failure.kind === "repair" && failures <= MAX_QUICK_REPAIRS) return proceed(next, settings);
  const delayMs = backoffDelay({ failure, failures, isVisible: state.isVisible, random: settings.random() });
  return {
    state: { ...next, phase: { name: "waiting" }, reason: reasonOf(failure) },
    effects: [
      { type: "schedule", delayMs },
      ...(failure.kind === "unauthorized" ? [{ type: "ask-for-authorization" } as const] : []),
      { type: "round-ended" },
    ],
  };
}

function reasonOf({ kind }: Failure): WaitReason {
  switch (kind) {
    case "network":
      return "offline";
    case "unauthorized":
      return "signed-out";
    case "server":
    case "repair":
      return "server";
    case "app-too-old":
    case "storage":
      return kind;
  }
}
