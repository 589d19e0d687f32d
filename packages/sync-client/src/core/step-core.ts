import {
  isLeading,
  type CoreContext,
  type CoreEffect,
  type CoreEvent,
  type CoreState,
  type CoreStep,
  type Turn,
} from "./core-state.ts";
import { begin, BOTH, halt, proceed, rest, stepExchange } from "./step-exchange.ts";

/** A visible follower asks this often; three questions in a row without an answer are enough. */
const ASK_MS = 270;
const HIDDEN_ASK_MS = 10_000;
const MAX_UNANSWERED = 2;

/**
 * All of the client's decisions: an event in, the next state and what to do out. Pure: time comes as events, chance with
 * `context`. Leadership is decided here, the leader's exchanges with the server in `step-exchange.ts`.
 */
export function stepCore(state: CoreState, event: CoreEvent, context: CoreContext): CoreStep {
  const effects: CoreEffect[] = [];
  const emit = (effect: CoreEffect): void => void effects.push(effect);
  const next = step(state, event, { ...context, emit });
  if (next.reason !== state.reason && isLeading(next) && !effects.some(({ type }) => type === "report")) {
    emit({ type: "report", endsRound: false });
  }
  return { state: next, effects };
}

function step(state: CoreState, event: CoreEvent, turn: Turn): CoreState {
  const { phase } = state;
  if (phase.name === "stopped") return state;
  switch (event.type) {
    case "started":
      return follow(state, turn, true);
    case "granted":
      return lead(state, turn);
    case "robbed":
      if (!isLeading(state) && phase.name !== "candidate") return state;
      turn.emit({ type: "abort" });
      return returnTo(state, turn);
    case "ask":
      if (isLeading(state)) answer(state, turn);
      return state;
    case "hello":
      if (!isLeading(state)) return state;
      turn.emit({ type: "repeat-report" });
      return phase.name === "waiting" && state.reason === "signed-out" ? proceed(state, turn) : state;
    case "answer":
      return hearLeader(state, event.isVisible, turn);
    case "visibility-changed":
      return changeVisibility({ ...state, isVisible: event.isVisible }, turn);
    case "freeze":
      return phase.name === "closed" ? state : withdraw(state, "frozen", turn);
    case "stopped":
      return withdraw(state, "stopped", turn);
    case "resume":
      return phase.name === "frozen" ? returnTo(state, turn) : state;
    case "timer-fired":
      return phase.name === "follower" ? watch(state, phase.unanswered + 1, turn) : stepExchange(state, event, turn);
    case "woken":
      if (isLeading(state)) return stepExchange(state, event, turn);
      if (event.isUrgent && event.by === "self") turn.emit({ type: "wake", wants: event.wants });
      return state;
    default:
      return stepExchange(state, event, turn);
  }
}

/** Stands in line, and asks whether somebody leads. */
function follow(state: CoreState, turn: Turn, hasMissedNothing: boolean): CoreState {
  turn.emit({ type: "join" });
  return ask(state, { unanswered: 0, hasMissedNothing }, turn);
}

/** Others have led meanwhile. */
function returnTo(state: CoreState, turn: Turn): CoreState {
  turn.emit({ type: "reload" });
  return follow(halt(state), turn, false);
}

function ask(
  state: CoreState,
  heard: { readonly unanswered: number; readonly hasMissedNothing: boolean },
  { canAsk, emit }: Turn,
): CoreState {
  if (canAsk) {
    emit({ type: "ask" });
    emit({ type: "schedule", delayMs: state.isVisible ? ASK_MS : HIDDEN_ASK_MS });
  } else emit({ type: "cancel-timer" });
  return { ...state, phase: { name: "follower", ...heard } };
}

/** Questions are counted, not milliseconds: a tab that was itself asleep has not waited. */
const watch = (state: CoreState, unanswered: number, turn: Turn): CoreState =>
  unanswered > MAX_UNANSWERED ? steal(state, turn) : ask(state, { unanswered, hasMissedNothing: false }, turn);

function steal(state: CoreState, { emit }: Turn): CoreState {
  emit({ type: "cancel-timer" });
  emit({ type: "steal" });
  return { ...state, phase: { name: "candidate" } };
}

const answer = ({ isVisible }: CoreState, { emit }: Turn): void => emit({ type: "answer", isVisible });

/** A hidden leader is slowed down by the browser: a visible tab does not wait for it. */
function hearLeader(state: CoreState, isLeaderVisible: boolean, turn: Turn): CoreState {
  if (state.phase.name !== "follower") return state;
  if (state.isVisible && !isLeaderVisible) return steal(state, turn);
  return { ...state, phase: { name: "follower", unanswered: 0, hasMissedNothing: false } };
}

function lead(state: CoreState, turn: Turn): CoreState {
  const { phase } = state;
  if (phase.name !== "follower" && phase.name !== "candidate") return state;
  const next: CoreState = { ...state, ...BOTH };
  // What the leader before it said last of the server may be true no more.
  turn.emit({ type: "report", endsRound: false });
  return phase.name === "follower" && phase.hasMissedNothing ? proceed(next, turn) : begin(next, "catch-up", turn);
}

function changeVisibility(state: CoreState, turn: Turn): CoreState {
  const { phase, isVisible } = state;
  if (phase.name === "follower") return ask(state, { ...phase, unanswered: 0 }, turn);
  if (!isLeading(state)) return state;
  if (!isVisible) answer(state, turn);
  if (phase.name !== "idle" && phase.name !== "waiting") return state;
  if (isVisible) return proceed({ ...state, ...BOTH }, turn);
  return phase.name === "idle" ? rest(state, turn) : state;
}

/** Nothing durable is lost: what was under way is asked again by whoever leads next. */
function withdraw(state: CoreState, name: "frozen" | "stopped", { emit }: Turn): CoreState {
  emit({ type: "cancel-timer" });
  emit({ type: "abort" });
  emit({ type: "leave" });
  return { ...halt(state), phase: { name } };
}
