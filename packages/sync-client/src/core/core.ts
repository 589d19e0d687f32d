import type { Clock } from "../clock.ts";
import type { Page, PageEvent } from "../connection/page.ts";
import { createCell, createListeners } from "../observable.ts";
import type { Observable } from "../sync.ts";
import type { LeaderReport, TabChannel, TabMessage } from "../tabs/channel.ts";
import type { LeaderLocks, LockMode } from "../tabs/locks.ts";
import { createExchanges, type ExchangeDeps } from "./exchanges.ts";
import { initialCore, isLeading, type CoreEffect, type CoreEvent, type CoreState, type Wants } from "./core-state.ts";
import { stepCore } from "./step-core.ts";

export interface CoreDeps extends ExchangeDeps {
  readonly channel: TabChannel;
  readonly locks: LeaderLocks;
  readonly lockName: string;
  readonly page: Page;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pollIntervalMs: number;
  readonly onUnauthorized: () => void | Promise<void>;
  /** Another tab has told of what this one has to read; without a message, this one may have missed what was told. */
  readonly onTold: (message?: Extract<TabMessage, { readonly type: "queued" | "changed" }>) => void;
  readonly reportError: (error: unknown) => void;
}

/**
 * `leaderless`: this tab has not read what is stored or has left the line, or the leader is silent or has just gone. What
 * was said last may be true no more.
 */
export type Standing = "leading" | "following" | "leaderless";

/** Runs what the machine decides, and tells it what happened: all that is impure, and nothing that decides. */
export interface Core {
  readonly standing: Observable<Standing>;
  /** What the leading tab said last. */
  readonly report: Observable<LeaderReport>;
  /** This tab shows what was stored at some time since the core was made. */
  start(): void;
  wake(wants: Wants, isUrgent: boolean): void;
  /** Resolves at the end of the next round of exchanges that this tab hears of, when it is stopped, or after 40 s. */
  syncNow(): Promise<void>;
  stop(): Promise<void>;
}

/** Longer than any request lasts: a leader that is frozen must not keep a person waiting for ever. */
const SYNC_NOW_TIMEOUT_MS = 40_000;

const SILENCE: LeaderReport = { reason: "none", lastSyncedAt: null, activity: [] };

export function createCore(deps: CoreDeps): Core {
  const { channel, clock, page } = deps;
  let state = initialCore;
  const standing = createCell(standingOf(state));
  const report = createCell(SILENCE);
  const rounds = createListeners();
  /** Those that have not had their turn, and the one that has it. */
  const events: CoreEvent[] = [];
  /** Others have told of something while this tab was about to read what is stored. */
  let hasMissed = false;
  let cancelTimer = (): void => {};
  let endListening = (): void => {};

  /** This tab's place in the line for the leader's lock, or the lock itself; one at a time. */
  let leaveLine = (): void => {};
  /** Resolves when what was asked for or held is given back. */
  let leftLine: Promise<unknown> | undefined;
  const exchanges = createExchanges({ ...deps, dispatch });

  channel.listen(hear);

  return {
    standing,
    report,
    start() {
      if (hasMissed) deps.onTold();
      endListening = page.listen(followPage);
      followPage("visibility");
      dispatch({ type: "started" });
    },
    wake,
    async syncNow() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const unsubscribe = rounds.subscribe(resolve);
      const cancelTimeout = clock.after(SYNC_NOW_TIMEOUT_MS, resolve);
      wake("both", true);
      await promise;
      unsubscribe();
      cancelTimeout();
    },
    async stop() {
      endListening();
      dispatch({ type: "stopped" });
      await exchanges.ended();
      // Stopped by who listens, the machine may have set it once more before it heard of that.
      cancelTimer();
      await leftLine;
      channel.close();
      rounds.notify();
    },
  };

  function wake(wants: Wants, isUrgent: boolean): void {
    dispatch({ type: "woken", wants, isUrgent });
  }

  /** An effect may bring the next event at once: it has its turn when all effects of this one are performed. */
  function dispatch(event: CoreEvent): void {
    if (events.push(event) > 1) return;
    // Grows while it is walked.
    for (const next of events) {
      const step = stepCore(state, next, {
        pollIntervalMs: deps.pollIntervalMs,
        random: deps.random(),
      });
      state = step.state;
      standing.set(standingOf(state));
      for (const effect of step.effects) perform(effect);
    }
    events.length = 0;
  }

  function perform(effect: CoreEffect): void {
    switch (effect.type) {
      case "wait":
      case "steal":
        return enterLine(effect.type);
      case "leave":
        return leaveLine();
      case "reload":
        return deps.onTold();
      case "schedule":
        cancelTimer();
        cancelTimer = clock.after(effect.delayMs, () => dispatch({ type: "timer-fired" }));
        return;
      case "ask-for-session":
        return void askForSession();
      case "report":
        return publish(effect.endsRound);
      case "work":
      case "abort":
        return exchanges.perform(effect);
      default:
        return channel.post(effect);
    }
  }

  /** Leaves the place it has and asks anew. */
  function enterLine(mode: LockMode): void {
    leaveLine();
    const place = new AbortController();
    const { signal } = place;
    leaveLine = () => place.abort();
    const hold = (): Promise<void> =>
      new Promise((resolve) => {
        // Granted in the moment in which this tab left the line, it is given back at once.
        if (signal.aborted) return resolve();
        signal.addEventListener("abort", () => resolve());
        dispatch({ type: "granted" });
      });
    leftLine = deps.locks
      .hold(deps.lockName, { mode, signal }, hold)
      // A place that was left has nothing to tell any more.
      .then((end) => end === "stolen" && !signal.aborted && dispatch({ type: "robbed" }), deps.reportError);
  }

  function publish(endsRound: boolean): void {
    const next = { ...report.get(), ...exchanges.seen, reason: state.reason };
    report.set(next);
    channel.post({ type: "report", report: next, endsRound });
    if (endsRound) rounds.notify();
  }

  function hear(message: TabMessage): void {
    switch (message.type) {
      case "queued":
      case "changed":
        if (state.phase === "closed") {
          hasMissed = true;
          return;
        }
        deps.onTold(message);
        if (message.type === "queued") wake("push", false);
        return;
      case "wake":
        // Whoever leads hears it too.
        if (isLeading(state)) wake(message.wants, true);
        return;
      case "report":
        if (isLeading(state)) return;
        report.set(message.report);
        if (message.endsRound) rounds.notify();
        return;
      default:
        return dispatch(message);
    }
  }

  function followPage(event: PageEvent): void {
    if (event === "network") wake("both", true);
    else dispatch({ type: event, isVisible: page.isVisible() });
  }

  async function askForSession(): Promise<void> {
    let isRenewed = true;
    try {
      await deps.onUnauthorized();
    } catch (error) {
      isRenewed = false;
      deps.reportError(error);
    }
    dispatch({ type: "session-answered", isRenewed });
  }
}

function standingOf(state: CoreState): Standing {
  const { phase, unanswered } = state;
  if (isLeading(state) && phase !== "catch-up") return "leading";
  return phase === "follower" && unanswered < 2 ? "following" : "leaderless";
}
