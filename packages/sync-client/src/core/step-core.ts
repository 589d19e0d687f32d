import { backoffDelay } from "../retry/backoff.ts";
import type { Failure } from "../retry/failure.ts";
import {
  isLeading,
  NEW_WINDOW,
  SUCCEEDED,
  type CoreContext,
  type CoreEffect,
  type CoreEvent,
  type CoreState,
  type CoreStep,
  type Work,
} from "./core-state.ts";

/** A visible follower asks this often; three questions in a row without an answer are enough. */
const ASK_MS = 270;
const HIDDEN_ASK_MS = 10_000;
const MAX_UNANSWERED = 2;
/** A hidden page polls this many times less often. */
const HIDDEN_POLL_FACTOR = 15;
/** Repairs in a row before they count as a failing server. */
const MAX_QUICK_REPAIRS = 3;
/** A server takes a device's pushes in their order, so more of them only wait there. */
const MAX_PUSHES = 3;

/**
 * All of the client's decisions: an event in, the next state and what to do out. Pure: time comes as events, chance with
 * `context`.
 */
export function stepCore(before: Readonly<CoreState>, event: CoreEvent, context: CoreContext): CoreStep {
  const { pollIntervalMs, random } = context;
  const state: CoreState = { ...before };
  const effects: CoreEffect[] = [];
  if (before.phase !== "stopped") step();
  if (state.reason !== before.reason && isLeading(state) && !effects.some(({ type }) => type === "report")) {
    report(false);
  }
  return { state, effects };

  function step(): void {
    const { phase } = before;
    const leads = isLeading(before);
    // What becomes of a task that was given up is void.
    if ("task" in event && !before.tasks.includes(event.task)) return;
    switch (event.type) {
      case "started":
        return follow();
      case "granted":
        if (phase !== "follower" && phase !== "candidate") return;
        // What the leader before it said last of the server may be true no more.
        report(false);
        wantAll();
        // Others may have led since this tab read what is stored, and died before they could tell.
        return begin("catch-up");
      case "robbed":
        if (leads || phase === "candidate") returnToLine();
        return;
      case "ask":
        if (leads) answer();
        return;
      case "hello":
        if (leads) report(false);
        if (isSignedOut()) proceed();
        return;
      case "answer":
        if (phase !== "follower") return;
        // A hidden leader is slowed down by the browser: a visible tab does not wait for it.
        if (state.isVisible && !event.isVisible) steal();
        else state.unanswered = 0;
        return;
      case "visibility":
        state.isVisible = event.isVisible;
        if (phase === "follower") return ask(0);
        if (leads && !event.isVisible) answer();
        if (event.isVisible) goOn();
        else if (phase === "idle") rest();
        return;
      case "freeze":
        if (phase !== "closed") withdraw("frozen");
        return;
      case "resume":
        if (phase === "frozen") returnToLine();
        return;
      case "stopped":
        return withdraw("stopped");
      case "timer-fired":
        if (phase !== "follower") return goOn();
        // Questions are counted, not milliseconds: a tab that was itself asleep has not waited.
        if (state.unanswered < MAX_UNANSWERED) ask(state.unanswered + 1);
        else steal();
        return;
      case "woken":
        if (!leads) {
          if (event.isUrgent) emit({ type: "wake", wants: event.wants });
          return;
        }
        state.wantsPush = true;
        if (event.wants === "both") wantAll();
        if (phase === "idle" || (phase === "waiting" && event.isUrgent)) proceed();
        else if (phase === "push") fill();
        // What is not urgent has just been queued: the disk that had no room has some again.
        if (!event.isUrgent) endStorageFailure();
        return;
      case "session-answered":
        state.session = "trusted";
        // Only the first refusal in a row is tried again at once: a session that cannot be renewed must not spin.
        if (event.isRenewed && isSignedOut() && state.refusals === 1) proceed();
        return;
      case "planned":
        state.wantsPush ||= event.hasMore;
        state.isReading = false;
        state.isDrained = !event.hasMore;
        state.isPipelined ||= event.isPipelined;
        return fill();
      case "heard":
        // Whoever has answered is there, though verdicts wait for their turn; that a disk is full is not the server's to end.
        if (state.reason !== "storage") state.reason = "none";
        return;
      case "settled":
        state.hasSettled = true;
        return void Object.assign(state, SUCCEEDED);
      case "done":
        state.tasks = state.tasks.slice(1);
        if (phase === "push") return fill();
        state.repair = null;
        endStorageFailure();
        return proceed();
      case "failed":
        return fail(event.failure);
    }
  }

  function emit(effect: CoreEffect): void {
    effects.push(effect);
  }

  function report(endsRound: boolean): void {
    emit({ type: "report", endsRound });
  }

  function answer(): void {
    emit({ type: "answer", isVisible: state.isVisible });
  }

  /** Stands in line, and asks whether somebody leads and how things stand: what this tab knew of the server may be old. */
  function follow(): void {
    state.phase = "follower";
    emit({ type: "hello" });
    emit({ type: "wait" });
    ask(0);
  }

  function ask(unanswered: number): void {
    state.unanswered = unanswered;
    emit({ type: "ask" });
    emit({ type: "schedule", delayMs: state.isVisible ? ASK_MS : HIDDEN_ASK_MS });
  }

  function steal(): void {
    state.phase = "candidate";
    emit({ type: "steal" });
  }

  /** Others have led meanwhile. */
  function returnToLine(): void {
    forget();
    emit({ type: "reload" });
    follow();
  }

  /** Nothing durable is lost: what was under way is asked again by whoever leads next. */
  function withdraw(phase: "frozen" | "stopped"): void {
    forget();
    emit({ type: "leave" });
    state.phase = phase;
  }

  /** What a leader knew of the server is the next leader's to find out. */
  function forget(): void {
    abort();
    Object.assign(state, SUCCEEDED, { repair: null });
  }

  function abort(): void {
    state.tasks = [];
    emit({ type: "abort" });
  }

  function isSignedOut(): boolean {
    return state.phase === "waiting" && state.reason === "signed-out";
  }

  /** All that a leader can find out by itself. */
  function wantAll(): void {
    state.wantsPush = true;
    if (state.pull === "none") state.pull = "wanted";
  }

  /** Ends a leader's waiting. */
  function goOn(): void {
    if (state.phase !== "idle" && state.phase !== "waiting") return;
    wantAll();
    proceed();
  }

  /** Takes up what is next: repairs first, then a pull that is due, then what people wrote, then what others wrote. */
  function proceed(): void {
    if (state.repair) begin(state.repair);
    else if (state.wantsPush && state.pull !== "due") pushAnew();
    else if (state.pull !== "none") {
      state.pull = "none";
      begin("pull");
    } else {
      report(true);
      rest();
    }
  }

  function begin(work: Work): void {
    const task = state.nextTask++;
    state.phase = work;
    state.tasks = [...state.tasks, task];
    emit({ type: "work", task, work });
  }

  /** Nothing to do until the next poll. */
  function rest(): void {
    state.phase = "idle";
    emit({ type: "schedule", delayMs: state.isVisible ? pollIntervalMs : pollIntervalMs * HIDDEN_POLL_FACTOR });
  }

  /** Something was stored. */
  function endStorageFailure(): void {
    if (state.reason !== "storage") return;
    state.reason = "none";
    goOn();
  }

  function pushAnew(): void {
    Object.assign(state, NEW_WINDOW);
    fill();
  }

  /**
   * Begins another push as long as there is room for it; a window that is through makes way for the next task. What is
   * written while verdicts come in waits for the pull that is due, once the queue was seen empty: else a steady writer
   * would never see a pull.
   */
  function fill(): void {
    const { tasks, isReading, isPipelined, isDrained, hasSettled } = state;
    const hasRoom = !isReading && tasks.length < (isPipelined ? MAX_PUSHES : 1);
    if (state.wantsPush && hasRoom && !(isDrained && hasSettled)) {
      state.wantsPush = false;
      state.isReading = true;
      begin("push");
    } else if (tasks.length === 0) {
      if (hasSettled) state.pull = "due";
      proceed();
    }
  }

  /** What failed is wanted still; nothing is ever dropped for a failure. */
  function fail(failure: Failure): void {
    const { kind } = failure;
    abort();
    wantAll();
    // A push that overtook another, or followed one that failed, is sent again at once as long as others get through; so is
    // one that the network lost beside them: a later answer says more of the server than an earlier silence.
    if (state.phase === "push" && state.hasSettled && (kind === "gap" || kind === "offline")) return pushAnew();
    state.failures += 1;
    if (kind === "repair") {
      state.repair = failure.repair;
      if (state.repairs++ < MAX_QUICK_REPAIRS) return proceed();
    }
    if (kind === "signed-out") {
      state.refusals += 1;
      if (state.session === "trusted") emit({ type: "ask-for-session" });
      state.session = "asking";
    }
    state.phase = "waiting";
    state.reason = kind === "gap" || kind === "repair" ? "server" : kind;
    emit({ type: "schedule", delayMs: backoffDelay({ ...state, failure, random }) });
    report(true);
  }
}
