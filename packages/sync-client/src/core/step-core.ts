import {
  isLeading,
  type CoreContext,
  type CoreEffect,
  type CoreEvent,
  type CoreState,
  type CoreStep,
} from "./core-state.ts";
import { halt, proceed, rest, settleSession, stepExchange } from "./step-exchange.ts";

/** A visible follower asks this often; the third question in a row without an answer is the last. */
const ASK_MS = 270;
const HIDDEN_ASK_MS = 10_000;
const MAX_UNANSWERED = 2;

/**
 * All of the client's decisions: an event in, the next state and what to do out. Pure: time comes as events, chance with
 * `context`. Leadership is decided here, the leader's exchanges with the server in `step-exchange.ts`.
 */
export function stepCore(state: CoreState, event: CoreEvent, context: CoreContext): CoreStep {
  if (state.phase.name === "stopped") return { state, effects: [] };
  switch (event.type) {
    case "started":
      return follow(state, context, { hasMissedNothing: true, effects: [] });
    case "granted":
      return lead(state, context);
    case "robbed":
      return isLeading(state) || state.phase.name === "candidate"
        ? follow(halt(state), context, { hasMissedNothing: false, effects: [{ type: "abort" }, { type: "reload" }] })
        : { state, effects: [] };
    case "asked":
      return { state, effects: isLeading(state) ? [{ type: "answer" }] : [] };
    case "leader-heard":
      return hearLeader(state, event.isVisible);
    case "visibility-changed":
      return changeVisibility({ ...state, isVisible: event.isVisible }, context);
    case "frozen":
      return state.phase.name === "closed" ? { state, effects: [] } : withdraw(state, "frozen");
    case "resumed":
      return state.phase.name === "frozen"
        ? follow(state, context, { hasMissedNothing: false, effects: [{ type: "reload" }] })
        : { state, effects: [] };
    case "stopped":
      return withdraw(state, "stopped");
    case "session-answered":
      return settleSession(state, event.isRenewed, context);
    case "timer-fired":
      return state.phase.name === "follower" ? watch(state, context) : stepExchange(state, event, context);
    case "woken":
      return isLeading(state) ? stepExchange(state, event, context) : passOn(state, event);
    default:
      return stepExchange(state, event, context);
  }
}

/** Stands in line; a follower that hears of no leader takes the lock by force. */
function follow(
  state: CoreState,
  context: CoreContext,
  { hasMissedNothing, effects }: { readonly hasMissedNothing: boolean; readonly effects: readonly CoreEffect[] },
): CoreStep {
  const phase = { name: "follower", unanswered: 0, hasMissedNothing } as const;
  return { state: { ...state, phase }, effects: [...effects, { type: "join" }, ...ask(state, context)] };
}

function ask({ isVisible }: CoreState, { canAsk }: CoreContext): readonly CoreEffect[] {
  if (!canAsk) return [{ type: "cancel-timer" }];
  return [{ type: "ask" }, { type: "schedule", delayMs: isVisible ? ASK_MS : HIDDEN_ASK_MS }];
}

/** Questions are counted, not milliseconds: a tab that was itself asleep has not waited. */
function watch(state: CoreState, context: CoreContext): CoreStep {
  if (state.phase.name !== "follower") return { state, effects: [] };
  const unanswered = state.phase.unanswered + 1;
  if (unanswered > MAX_UNANSWERED) return steal(state);
  return {
    state: { ...state, phase: { name: "follower", unanswered, hasMissedNothing: false } },
    effects: ask(state, context),
  };
}

const steal = (state: CoreState): CoreStep => ({
  state: { ...state, phase: { name: "candidate" } },
  effects: [{ type: "cancel-timer" }, { type: "steal" }],
});

/** A hidden leader is slowed down by the browser: a visible tab does not wait for it. */
function hearLeader(state: CoreState, isLeaderVisible: boolean): CoreStep {
  if (state.phase.name !== "follower") return { state, effects: [] };
  if (state.isVisible && !isLeaderVisible) return steal(state);
  return {
    state: { ...state, phase: { name: "follower", unanswered: 0, hasMissedNothing: false } },
    effects: [],
  };
}

function lead(state: CoreState, context: CoreContext): CoreStep {
  const { phase, nextTask: task } = state;
  if (phase.name !== "follower" && phase.name !== "candidate") return { state, effects: [] };
  const next: CoreState = { ...state, wantsPush: true, pull: "wanted" };
  if (phase.name === "follower" && phase.hasMissedNothing) return proceed(next, context);
  return {
    state: { ...next, phase: { name: "catching-up", task }, nextTask: task + 1 },
    effects: [{ type: "cancel-timer" }, { type: "catch-up", task }],
  };
}

function changeVisibility(state: CoreState, context: CoreContext): CoreStep {
  switch (state.phase.name) {
    case "follower":
      return {
        state: { ...state, phase: { ...state.phase, unanswered: 0 } },
        effects: ask(state, context),
      };
    case "idle":
    case "waiting": {
      if (state.isVisible) return proceed({ ...state, wantsPush: true, pull: "wanted" }, context);
      const step = state.phase.name === "idle" ? rest(state, context) : { state, effects: [] };
      return { state: step.state, effects: [{ type: "answer" }, ...step.effects] };
    }
    default:
      return { state, effects: isLeading(state) ? [{ type: "answer" }] : [] };
  }
}

/** Nothing durable is lost: what was under way is asked again by whoever leads next. */
function withdraw(state: CoreState, name: "frozen" | "stopped"): CoreStep {
  return {
    state: { ...halt(state), phase: { name } },
    effects: [{ type: "cancel-timer" }, { type: "abort" }, { type: "leave" }],
  };
}

function passOn(
  state: CoreState,
  { isUrgent, wants, by }: Extract<CoreEvent, { readonly type: "woken" }>,
): CoreStep {
  return { state, effects: isUrgent && by === "self" ? [{ type: "wake-leader", wants }] : [] };
}
