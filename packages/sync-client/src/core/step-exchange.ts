import { backoffDelay } from "../retry/backoff.ts";
import type { Failure } from "../retry/failure.ts";
import type { WaitReason } from "../sync.ts";
import type { CoreEvent, CoreState, PushWindow, Turn, Work } from "./core-state.ts";
import { EMPTY_WINDOW, hasRoom, isEmpty, stepWindow, type WindowEvent } from "./push-window.ts";

/** A hidden page polls this many times less often. */
const HIDDEN_POLL_FACTOR = 15;
/** Repairs in a row before they count as a failing server. */
const MAX_QUICK_REPAIRS = 3;

/** All that a leader can find out by itself. */
export const BOTH = { wantsPush: true, pull: "wanted" } as const;

/** The leader's exchanges with the server: at any time pushes, or a pull, or a repair, or a timer. */
export function stepExchange(state: CoreState, event: CoreEvent, turn: Turn): CoreState {
  const { phase } = state;
  switch (event.type) {
    case "timer-fired":
      return phase.name === "idle" || phase.name === "waiting" ? proceed({ ...state, ...BOTH }, turn) : state;
    case "woken":
      return wake(state, event, turn);
    case "push-planned":
    case "push-answered":
    case "push-stored":
      return stepPushing(state, event, turn);
    case "failed":
      if (phase.name === "pushing") return stepPushing(state, event, turn);
      return phase.name === "busy" && phase.task === event.task ? fail(state, event.failure, turn) : state;
    case "done":
      return phase.name === "busy" && phase.task === event.task ? finish(state, phase.work, turn) : state;
    case "heard":
      return phase.name === "busy" && phase.task === event.task ? { ...state, reason: "none" } : state;
    case "session-answered":
      return settleSession({ ...state, session: "trusted" }, event.isRenewed, turn);
    default:
      return state;
  }
}

/** Takes up what is next: repairs first, then a pull that is due, then what people wrote, then what others wrote. */
export function proceed(state: CoreState, turn: Turn): CoreState {
  if (state.repair !== null) return begin(state, state.repair, turn);
  if (state.wantsPush && state.pull !== "due") {
    turn.emit({ type: "cancel-timer" });
    return fill(state, EMPTY_WINDOW, turn);
  }
  if (state.pull !== "none") return begin({ ...state, pull: "none" }, "pull", turn);
  turn.emit({ type: "report", endsRound: true });
  return rest(state, turn);
}

export function begin(state: CoreState, work: Work, { emit }: Turn): CoreState {
  const { nextTask: task } = state;
  emit({ type: "cancel-timer" });
  emit({ type: "work", task, work });
  return { ...state, phase: { name: "busy", task, work }, nextTask: task + 1 };
}

/** Nothing to do until the next poll. */
export function rest(state: CoreState, { pollIntervalMs, emit }: Turn): CoreState {
  emit({ type: "schedule", delayMs: state.isVisible ? pollIntervalMs : pollIntervalMs * HIDDEN_POLL_FACTOR });
  return { ...state, phase: { name: "idle" } };
}

/** What a leader knew of the server is the next leader's to find out. */
export const halt = (state: CoreState): CoreState => ({ ...succeeded(state), repair: null });

const succeeded = (state: CoreState): CoreState => ({ ...state, failures: 0, refusals: 0, reason: "none" });

function finish(state: CoreState, work: Work, turn: Turn): CoreState {
  if (work === "catch-up") return proceed(state, turn);
  return proceed(work === "pull" ? succeeded(state) : { ...state, ...BOTH, repair: null }, turn);
}

/** Only the first refusal in a row is tried again at once: a session that cannot be renewed must not spin. */
function settleSession(state: CoreState, isRenewed: boolean, turn: Turn): CoreState {
  const isAwaited = state.phase.name === "waiting" && state.reason === "signed-out" && state.refusals === 1;
  return isRenewed && isAwaited ? proceed(state, turn) : state;
}

function wake(
  state: CoreState,
  { wants, isUrgent }: Extract<CoreEvent, { readonly type: "woken" }>,
  turn: Turn,
): CoreState {
  const { phase } = state;
  const pull = wants === "both" ? orWanted(state.pull) : state.pull;
  const next: CoreState = { ...state, wantsPush: true, pull };
  if (phase.name === "idle" || (phase.name === "waiting" && isUrgent)) return proceed(next, turn);
  return phase.name === "pushing" ? fill(next, phase.window, turn) : next;
}

const orWanted = (pull: CoreState["pull"]): CoreState["pull"] => (pull === "none" ? "wanted" : pull);

/**
 * A push that overtook another, or followed one that failed, is sent again at once as long as others get through; so is one
 * that the network lost beside them: a later answer says more of the server than an earlier silence.
 */
function stepPushing(state: CoreState, event: WindowEvent, turn: Turn): CoreState {
  if (state.phase.name !== "pushing") return state;
  const { slots } = state.phase.window;
  const { window, failure } = stepWindow(state.phase.window, event, turn);
  const next = hearPush(state, slots, event);
  if (window.hasSettled && (failure?.kind === "gap" || failure?.kind === "network")) {
    turn.emit({ type: "abort" });
    return fill({ ...succeeded(next), wantsPush: true, pull: orWanted(next.pull) }, EMPTY_WINDOW, turn);
  }
  if (failure !== undefined) return fail(next, failure, turn);
  return fill({ ...next, wantsPush: next.wantsPush || (event.type === "push-planned" && event.hasMore) }, window, turn);
}

/** Whoever has answered is there, though the verdicts wait for their turn; that a disk is full is not the server's to end. */
function hearPush(state: CoreState, slots: PushWindow["slots"], event: WindowEvent): CoreState {
  if (event.type === "push-stored" && event.settled > 0) return succeeded(state);
  const isHeard = event.type === "push-answered" && slots.some(({ task }) => task === event.task);
  return isHeard && state.reason !== "storage" ? { ...state, reason: "none" } : state;
}

/** Reads another push as long as there is room for it; a window that is through makes way for the next task. */
function fill(state: CoreState, window: PushWindow, turn: Turn): CoreState {
  const { nextTask: task } = state;
  if (state.wantsPush && hasRoom(window)) {
    turn.emit({ type: "plan-push", task, from: window.from });
    return {
      ...state,
      wantsPush: false,
      nextTask: task + 1,
      phase: { name: "pushing", window: { ...window, planning: task } },
    };
  }
  if (isEmpty(window)) return proceed(window.hasSettled ? { ...state, pull: "due" } : state, turn);
  return { ...state, phase: { name: "pushing", window } };
}

/** What failed is wanted still; nothing is ever dropped for a failure. */
function fail(state: CoreState, failure: Failure, turn: Turn): CoreState {
  const { isVisible, session } = state;
  const failures = state.failures + 1;
  const isRefused = failure.kind === "unauthorized";
  const next: CoreState = {
    ...state,
    ...BOTH,
    failures,
    refusals: state.refusals + Number(isRefused),
    repair: failure.kind === "repair" ? failure.repair : state.repair,
  };
  turn.emit({ type: "abort" });
  if (failure.kind === "repair" && failures <= MAX_QUICK_REPAIRS) return proceed(next, turn);
  turn.emit({ type: "schedule", delayMs: backoffDelay({ failure, failures, isVisible, random: turn.random }) });
  if (isRefused && session === "trusted") turn.emit({ type: "ask-for-session" });
  turn.emit({ type: "report", endsRound: true });
  return {
    ...next,
    phase: { name: "waiting" },
    reason: reasonOf(failure),
    session: isRefused ? "asking" : session,
  };
}

function reasonOf({ kind }: Failure): WaitReason {
  switch (kind) {
    case "network":
      return "offline";
    case "unauthorized":
      return "signed-out";
    case "app-too-old":
    case "storage":
      return kind;
    default:
      return "server";
  }
}
