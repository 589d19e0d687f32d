import {
  isLeading,
  type CoreContext,
  type CoreEffect,
  type CoreEvent,
  type CoreState,
  type CoreStep,
  type Turn,
} from "./core-state.ts";
import { begin, goOn, isSignedOut, proceed, rest, stepExchange, SUCCEEDED, wantAll } from "./step-exchange.ts";

/** A visible follower asks this often; three questions in a row without an answer are enough. */
const ASK_MS = 270;
const HIDDEN_ASK_MS = 10_000;
const MAX_UNANSWERED = 2;

/**
 * All of the client's decisions: an event in, the next state and what to do out. Pure: time comes as events, chance with
 * `context`. Leadership is decided here, the leader's exchanges with the server in `step-exchange.ts`.
 */
export function stepCore(before: Readonly<CoreState>, event: CoreEvent, context: CoreContext): CoreStep {
  const state = { ...before };
  const effects: CoreEffect[] = [];
  const emit = (effect: CoreEffect): void => void effects.push(effect);
  if (state.phase.name !== "stopped") step({ ...context, state, emit }, event);
  if (state.reason !== before.reason && isLeading(state) && !effects.some(({ type }) => type === "report")) {
    emit({ type: "report", endsRound: false });
  }
  return { state, effects };
}

function step(turn: Turn, event: CoreEvent): void {
  const { state, emit } = turn;
  const { phase } = state;
  const leads = isLeading(state);
  switch (event.type) {
    case "started":
      return follow(turn);
    case "granted":
      return lead(turn);
    case "robbed":
      if (!leads && phase.name !== "candidate") return;
      emit({ type: "abort" });
      return returnTo(turn);
    case "ask":
      if (leads) answer(turn);
      return;
    case "hello":
      if (leads) emit({ type: "report", endsRound: false });
      if (isSignedOut(state)) proceed(turn);
      return;
    case "answer":
      return hearLeader(turn, event.isVisible);
    case "visibility-changed":
      state.isVisible = event.isVisible;
      return changeVisibility(turn);
    case "freeze":
      if (phase.name !== "closed") withdraw(turn, "frozen");
      return;
    case "stopped":
      return withdraw(turn, "stopped");
    case "resume":
      if (phase.name === "frozen") returnTo(turn);
      return;
    case "timer-fired":
      if (phase.name !== "follower") return stepExchange(turn, event);
      // Questions are counted, not milliseconds: a tab that was itself asleep has not waited.
      if (phase.unanswered < MAX_UNANSWERED) ask(turn, phase.unanswered + 1);
      else steal(turn);
      return;
    case "woken":
      if (leads) stepExchange(turn, event);
      else if (event.isUrgent && event.by === "self") emit({ type: "wake", wants: event.wants });
      return;
    default:
      stepExchange(turn, event);
  }
}

/** Stands in line, and asks whether somebody leads. */
function follow(turn: Turn): void {
  turn.emit({ type: "join" });
  ask(turn, 0);
}

/** Others have led meanwhile. */
function returnTo(turn: Turn): void {
  turn.emit({ type: "reload" });
  forget(turn.state);
  follow(turn);
}

/** What a leader knew of the server is the next leader's to find out. */
const forget = (state: CoreState): void => void Object.assign(state, SUCCEEDED, { repair: null });

function ask({ state, canAsk, emit }: Turn, unanswered: number): void {
  if (canAsk) {
    emit({ type: "ask" });
    emit({ type: "schedule", delayMs: state.isVisible ? ASK_MS : HIDDEN_ASK_MS });
  } else emit({ type: "cancel-timer" });
  state.phase = { name: "follower", unanswered };
}

function steal({ state, emit }: Turn): void {
  emit({ type: "cancel-timer" });
  emit({ type: "steal" });
  state.phase = { name: "candidate" };
}

const answer = ({ state: { isVisible }, emit }: Turn): void => emit({ type: "answer", isVisible });

/** A hidden leader is slowed down by the browser: a visible tab does not wait for it. */
function hearLeader(turn: Turn, isLeaderVisible: boolean): void {
  const { state } = turn;
  if (state.phase.name !== "follower") return;
  if (state.isVisible && !isLeaderVisible) steal(turn);
  else state.phase = { name: "follower", unanswered: 0 };
}

function lead(turn: Turn): void {
  const { state, emit } = turn;
  const { phase } = state;
  if (phase.name !== "follower" && phase.name !== "candidate") return;
  // What the leader before it said last of the server may be true no more.
  emit({ type: "report", endsRound: false });
  wantAll(state);
  // Others may have led since this tab read what is stored, and died before they could tell.
  begin(turn, "catch-up");
}

function changeVisibility(turn: Turn): void {
  const { phase, isVisible } = turn.state;
  if (phase.name === "follower") return ask(turn, 0);
  if (isLeading(turn.state) && !isVisible) answer(turn);
  if (isVisible && (phase.name === "idle" || phase.name === "waiting")) goOn(turn);
  else if (phase.name === "idle") rest(turn);
}

/** Nothing durable is lost: what was under way is asked again by whoever leads next. */
function withdraw({ state, emit }: Turn, name: "frozen" | "stopped"): void {
  emit({ type: "cancel-timer" });
  emit({ type: "abort" });
  emit({ type: "leave" });
  forget(state);
  state.phase = { name };
}
