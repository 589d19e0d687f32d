import { backoffDelay } from "../retry/backoff.ts";
import type { Failure } from "../retry/failure.ts";
import type { CoreEvent, CoreState, PushWindow, Turn, Work } from "./core-state.ts";

/** A hidden page polls this many times less often. */
const HIDDEN_POLL_FACTOR = 15;
/** Repairs in a row before they count as a failing server. */
const MAX_QUICK_REPAIRS = 3;
/** A server takes a device's pushes in their order, so more of them only wait there. */
const MAX_PUSHES = 3;

const EMPTY_WINDOW: PushWindow = { slots: [], from: 0, width: "single", isDrained: false, hasSettled: false };

type TaskEvent = Extract<CoreEvent, { readonly task: number }>;

/** The leader's exchanges with the server: at any time pushes, or a pull, or a repair, or a timer. */
export function stepExchange(turn: Turn, event: CoreEvent): void {
  const { state } = turn;
  const { phase } = state;
  if ("task" in event) {
    if (phase.name === "pushing") stepPushing(turn, phase.window, event);
    else if (phase.name === "busy" && phase.task === event.task) stepWork(turn, phase.work, event);
    return;
  }
  switch (event.type) {
    case "timer-fired":
      if (phase.name === "idle" || phase.name === "waiting") goOn(turn);
      return;
    case "woken":
      state.wantsPush = true;
      if (event.wants === "both") wantAll(state);
      if (phase.name === "idle" || (phase.name === "waiting" && event.isUrgent)) proceed(turn);
      else if (phase.name === "pushing") fill(turn, phase.window);
      return;
    case "session-answered":
      state.session = "trusted";
      // Only the first refusal in a row is tried again at once: a session that cannot be renewed must not spin.
      if (event.isRenewed && isSignedOut(state) && state.refusals === 1) proceed(turn);
      return;
    default:
  }
}

export const isSignedOut = ({ phase, reason }: CoreState): boolean =>
  phase.name === "waiting" && reason === "signed-out";

/** All that a leader can find out by itself. */
export function wantAll(state: CoreState): void {
  state.wantsPush = true;
  if (state.pull === "none") state.pull = "wanted";
}

export function goOn(turn: Turn): void {
  wantAll(turn.state);
  proceed(turn);
}

/** Takes up what is next: repairs first, then a pull that is due, then what people wrote, then what others wrote. */
export function proceed(turn: Turn): void {
  const { state, emit } = turn;
  if (state.repair !== null) begin(turn, state.repair);
  else if (state.wantsPush && state.pull !== "due") {
    emit({ type: "cancel-timer" });
    fill(turn, EMPTY_WINDOW);
  } else if (state.pull !== "none") {
    state.pull = "none";
    begin(turn, "pull");
  } else {
    emit({ type: "report", endsRound: true });
    rest(turn);
  }
}

export function begin({ state, emit }: Turn, work: Work): void {
  const task = state.nextTask++;
  emit({ type: "cancel-timer" });
  emit({ type: "work", task, work });
  state.phase = { name: "busy", task, work };
}

/** Nothing to do until the next poll. */
export function rest({ state, pollIntervalMs, emit }: Turn): void {
  emit({ type: "schedule", delayMs: state.isVisible ? pollIntervalMs : pollIntervalMs * HIDDEN_POLL_FACTOR });
  state.phase = { name: "idle" };
}

/** What is known once an exchange has ended well. */
export const SUCCEEDED = { failures: 0, refusals: 0, reason: "none" } as const;

function stepWork(turn: Turn, work: Work, event: TaskEvent): void {
  const { state } = turn;
  if (event.type === "heard") state.reason = "none";
  if (event.type === "failed") fail(turn, event.failure);
  if (event.type !== "done") return;
  if (work === "pull") Object.assign(state, SUCCEEDED);
  else if (work !== "catch-up") {
    state.repair = null;
    wantAll(state);
  }
  proceed(turn);
}

/** What becomes of the pushes under way by an event about one of them. */
function stepPushing(turn: Turn, before: PushWindow, event: TaskEvent): void {
  const { state, emit } = turn;
  const { task } = event;
  const position = before.slots.findIndex((slot) => slot.task === task);
  if (position < 0) return;
  const slots = [...before.slots];
  let window = { ...before, slots };
  switch (event.type) {
    case "push-planned": {
      const { lastKey, hasMore, width } = event;
      state.wantsPush ||= hasMore;
      window.isDrained = !hasMore;
      slots.pop();
      if (lastKey !== null) {
        slots.push({ task, result: "none" });
        window = { ...window, width, from: lastKey + 1 };
        emit({ type: "send-push", task });
      }
      break;
    }
    case "push-answered":
      slots[position] = { task, result: "answered" };
      // Whoever has answered is there, though the verdicts wait for their turn; that a disk is full is not the server's to end.
      if (state.reason !== "storage") state.reason = "none";
      break;
    case "push-stored":
      if (event.isWhole) slots.shift();
      else slots[0] = { task, result: { kind: "gap" } };
      if (event.settled > 0) {
        window.hasSettled = true;
        Object.assign(state, SUCCEEDED);
      }
      break;
    case "failed":
      slots[position] = { task, result: event.failure };
      break;
    default:
  }
  // What comes before its turn waits: verdicts are stored in their order, so that none is ever skipped (C9).
  const [first] = slots;
  if (first?.result === "answered") {
    slots[0] = { task: first.task, result: "none" };
    emit({ type: "store-push", task: first.task });
  }
  if (typeof first?.result !== "object") return fill(turn, window);
  // A push that overtook another, or followed one that failed, is sent again at once as long as others get through; so is
  // one that the network lost beside them: a later answer says more of the server than an earlier silence.
  if (window.hasSettled && (first.result.kind === "gap" || first.result.kind === "offline")) {
    emit({ type: "abort" });
    wantAll(state);
    return fill(turn, EMPTY_WINDOW);
  }
  fail(turn, first.result);
}

/**
 * Reads another push as long as there is room for it; a window that is through makes way for the next task. What is
 * written while verdicts come in waits for the pull that is due, once the queue was seen empty: else a steady writer would
 * never see a pull.
 */
function fill(turn: Turn, window: PushWindow): void {
  const { state, emit } = turn;
  const { slots, from, width, isDrained, hasSettled } = window;
  const hasRoom = slots.length < (width === "single" ? 1 : MAX_PUSHES) && slots.at(-1)?.result !== "planning";
  state.phase = { name: "pushing", window };
  if (state.wantsPush && hasRoom && !(isDrained && hasSettled)) {
    const task = state.nextTask++;
    state.wantsPush = false;
    state.phase = { name: "pushing", window: { ...window, slots: [...slots, { task, result: "planning" }] } };
    emit({ type: "plan-push", task, from });
  } else if (slots.length === 0) {
    if (hasSettled) state.pull = "due";
    proceed(turn);
  }
}

/** What failed is wanted still; nothing is ever dropped for a failure. */
function fail(turn: Turn, failure: Failure): void {
  const { state, random, emit } = turn;
  const { kind } = failure;
  state.failures += 1;
  wantAll(state);
  emit({ type: "abort" });
  if (kind === "repair") {
    state.repair = failure.repair;
    if (state.failures <= MAX_QUICK_REPAIRS) return proceed(turn);
  }
  if (kind === "signed-out") {
    state.refusals += 1;
    if (state.session === "trusted") emit({ type: "ask-for-session" });
    state.session = "asking";
  }
  emit({ type: "schedule", delayMs: backoffDelay({ ...state, failure, random }) });
  emit({ type: "report", endsRound: true });
  state.phase = { name: "waiting" };
  state.reason = kind === "gap" || kind === "repair" ? "server" : kind;
}
