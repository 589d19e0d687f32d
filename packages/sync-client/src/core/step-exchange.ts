import { backoffDelay } from "../retry/backoff.ts";
import type { Failure } from "../retry/failure.ts";
import type { WaitReason } from "../sync.ts";
import { EMPTY_WINDOW, hasRoom, isEmpty, planNext, stepWindow } from "./push-window.ts";
import type { CoreContext, CoreEffect, CoreEvent, CoreState, CoreStep, PushWindow } from "./core-state.ts";

/** A hidden page polls this many times less often. */
const HIDDEN_POLL_FACTOR = 15;
/** Repairs in a row before they count as a failing server. */
const MAX_QUICK_REPAIRS = 3;

const NO_EFFECTS: readonly CoreEffect[] = [];

/** The leader's exchanges with the server: at any time pushes, or a pull, or a repair, or a timer. */
export function stepExchange(state: CoreState, event: CoreEvent, context: CoreContext): CoreStep {
  const { phase } = state;
  switch (event.type) {
    case "timer-fired":
      return phase.name === "idle" || phase.name === "waiting"
        ? proceed({ ...state, wantsPush: true, pull: "wanted" }, context)
        : { state, effects: NO_EFFECTS };
    case "woken":
      return wake(state, event, context);
    case "push-planned":
    case "push-answered":
    case "push-stored":
      return phase.name === "pushing" ? stepPushing(state, phase.window, event, context) : { state, effects: NO_EFFECTS };
    case "failed":
      if (phase.name === "pushing") return stepPushing(state, phase.window, event, context);
      return isOver(state, event.task) ? fail(state, event.failure, context) : { state, effects: NO_EFFECTS };
    case "caught-up":
      return isOver(state, event.task) ? proceed(state, context) : { state, effects: NO_EFFECTS };
    case "pulled":
      return isOver(state, event.task) ? proceed(succeeded(state), context) : { state, effects: NO_EFFECTS };
    case "repaired":
      return isOver(state, event.task)
        ? proceed({ ...state, repair: null, wantsPush: true, pull: "wanted" }, context)
        : { state, effects: NO_EFFECTS };
    default:
      return { state, effects: NO_EFFECTS };
  }
}

/** Takes up what is next: repairs first, then a pull that is due, then what people wrote, then what others wrote. */
export function proceed(state: CoreState, context: CoreContext, before = NO_EFFECTS): CoreStep {
  const { nextTask: task, repair } = state;
  const effects: readonly CoreEffect[] = [...before, { type: "cancel-timer" }];
  if (repair !== null) {
    return {
      state: { ...state, phase: { name: "repairing", task }, nextTask: task + 1 },
      effects: [...effects, { type: "repair", task, repair }],
    };
  }
  if (state.wantsPush && state.pull !== "due") return fill(state, EMPTY_WINDOW, context, effects);
  if (state.pull !== "none") {
    return {
      state: { ...state, phase: { name: "pulling", task }, pull: "none", nextTask: task + 1 },
      effects: [...effects, { type: "pull", task }],
    };
  }
  return rest(state, context, [...before, { type: "report", endsRound: true }]);
}

/** Nothing to do until the next poll. */
export function rest(state: CoreState, { pollIntervalMs }: CoreContext, before = NO_EFFECTS): CoreStep {
  const delayMs = state.isVisible ? pollIntervalMs : pollIntervalMs * HIDDEN_POLL_FACTOR;
  return { state: { ...state, phase: { name: "idle" } }, effects: [...before, { type: "schedule", delayMs }] };
}

/** What a leader knew of the server is the next leader's to find out. */
export const halt = (state: CoreState): CoreState => ({
  ...state,
  repair: null,
  failures: 0,
  refusals: 0,
  reason: "none",
});

export function settleSession(state: CoreState, isRenewed: boolean, context: CoreContext): CoreStep {
  const next: CoreState = { ...state, session: "trusted" };
  // Only the first refusal in a row is tried again at once: a session that cannot be renewed must not spin.
  const isWaitingForIt = state.phase.name === "waiting" && state.reason === "signed-out" && state.refusals === 1;
  return isRenewed && isWaitingForIt ? proceed(next, context) : { state: next, effects: NO_EFFECTS };
}

function wake(
  state: CoreState,
  { wants, isUrgent }: Extract<CoreEvent, { readonly type: "woken" }>,
  context: CoreContext,
): CoreStep {
  const { phase } = state;
  const pull = wants === "both" && state.pull === "none" ? "wanted" : state.pull;
  const next: CoreState = { ...state, wantsPush: true, pull };
  if (phase.name === "idle" || (phase.name === "waiting" && isUrgent)) return proceed(next, context);
  return phase.name === "pushing" ? fill(next, phase.window, context) : { state: next, effects: NO_EFFECTS };
}

function stepPushing(
  state: CoreState,
  current: PushWindow,
  event: Parameters<typeof stepWindow>[1],
  context: CoreContext,
): CoreStep {
  const step = stepWindow(current, event);
  if (step.name === "failed") return failPushes(state, step, context);
  const hasProgress = event.type === "push-stored" && event.settled > 0;
  const next: CoreState = {
    ...(hasProgress ? succeeded(state) : state),
    wantsPush: state.wantsPush || (event.type === "push-planned" && event.hasMore),
  };
  return fill(next, step.window, context, step.effects);
}

/** Reads another push as long as there is room for it; a window that is through makes way for the next task. */
function fill(state: CoreState, window: PushWindow, context: CoreContext, before = NO_EFFECTS): CoreStep {
  if (state.wantsPush && hasRoom(window)) {
    const planned = planNext(state, window);
    return { state: planned.state, effects: [...before, planned.effect] };
  }
  if (isEmpty(window)) return proceed({ ...state, pull: window.hasSettled ? "due" : state.pull }, context, before);
  return { state: { ...state, phase: { name: "pushing", window } }, effects: before };
}

/** A push that overtook another, or followed one that failed, is sent again at once as long as others get through. */
function failPushes(
  state: CoreState,
  { failure, hasSettled }: { readonly failure: Failure; readonly hasSettled: boolean },
  context: CoreContext,
): CoreStep {
  if (failure.kind !== "gap" || !hasSettled) return fail(state, failure, context);
  const pull = state.pull === "none" ? "wanted" : state.pull;
  return fill({ ...succeeded(state), wantsPush: true, pull }, EMPTY_WINDOW, context, [{ type: "abort" }]);
}

const succeeded = (state: CoreState): CoreState => ({ ...state, failures: 0, refusals: 0, reason: "none" });

function isOver({ phase }: CoreState, task: number): boolean {
  return "task" in phase && phase.task === task;
}

/** What failed is wanted still; nothing is ever dropped for a failure. */
function fail(state: CoreState, failure: Failure, context: CoreContext): CoreStep {
  const failures = state.failures + 1;
  const isRefused = failure.kind === "unauthorized";
  const next: CoreState = {
    ...state,
    failures,
    refusals: state.refusals + (isRefused ? 1 : 0),
    repair: failure.kind === "repair" ? failure.repair : state.repair,
    wantsPush: true,
    pull: "wanted",
  };
  if (failure.kind === "repair" && failures <= MAX_QUICK_REPAIRS) return proceed(next, context, [{ type: "abort" }]);
  const delayMs = backoffDelay({ failure, failures, isVisible: state.isVisible, random: context.random });
  const mayAsk = isRefused && state.session === "trusted";
  return {
    state: {
      ...next,
      phase: { name: "waiting" },
      reason: reasonOf(failure),
      session: mayAsk ? "asking" : state.session,
    },
    effects: [
      { type: "abort" },
      { type: "schedule", delayMs },
      ...(mayAsk ? [{ type: "ask-for-session" } as const] : []),
      { type: "report", endsRound: true },
    ],
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
