import { isoTime, type Clock } from "../clock.ts";
import type { OperationDelta } from "../outbox/operation-list.ts";
import type { ShownPull } from "../pull/store-page.ts";
import type { Pull } from "../pull/pull.ts";
import type { Push } from "../push/push.ts";
import { classifyFailure, type FailureReport, type Repair } from "../retry/failure.ts";
import type { SyncActivity } from "../sync.ts";
import type { LeaderReport } from "../tabs/channel.ts";
import { createActivityLog } from "./activity-log.ts";
import {
  initialConnection,
  stepConnection,
  type ConnectionEffect,
  type ConnectionEvent,
  type Task,
} from "./connection-machine.ts";

/** A request that has no answer by then is given up and sent again: half-open connections look like slow servers. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface ConnectionDeps {
  readonly push: Push;
  readonly pull: Pull;
  readonly repair: (repair: Repair) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pollIntervalMs: number;
  readonly onUnauthorized: () => void | Promise<void>;
  readonly onPushed: (delta: OperationDelta) => void;
  readonly onPulled: (pull: ShownPull) => void;
  /** What is stored has changed as a whole. */
  readonly onRepaired: () => Promise<void>;
  readonly onReport: (report: LeaderReport, endsRound: boolean) => void;
  /** Hears what the app's own callbacks threw. */
  readonly reportError: (error: unknown) => void;
}

/** The leading tab's dealings with the server: runs what the machine decides. */
export interface Connection {
  dispatch(event: ConnectionEvent): void;
  report(): LeaderReport;
  /** Gives up what is under way; resolves when it has ended. */
  stop(): Promise<void>;
}

export function createConnection(deps: ConnectionDeps): Connection {
  const { clock } = deps;
  const activity = createActivityLog();
  const stopping = new AbortController();
  let state = initialConnection;
  let lastSyncedAt: string | null = null;
  let cancelTimer = (): void => {};
  let running: Promise<void> = Promise.resolve();

  return {
    dispatch,
    report,
    async stop() {
      dispatch({ type: "stopped" });
      stopping.abort();
      await running;
    },
  };

  function dispatch(event: ConnectionEvent): void {
    const step = stepConnection(state, event, deps);
    const hasNewReason = step.state.reason !== state.reason;
    state = step.state;
    for (const effect of step.effects) perform(effect);
    if (hasNewReason) deps.onReport(report(), false);
  }

  function perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "run":
        running = run(effect.task).then(dispatch);
        return;
      case "schedule":
        cancelTimer();
        cancelTimer = clock.after(effect.delayMs, () => dispatch({ type: "timer-fired" }));
        return;
      case "cancel-timer":
        cancelTimer();
        return;
      case "ask-for-authorization":
        void askForAuthorization();
        return;
      case "round-ended":
        deps.onReport(report(), true);
    }
  }

  async function run(task: Task): Promise<ConnectionEvent> {
    const timeout = new AbortController();
    const cancelTimeout = clock.after(REQUEST_TIMEOUT_MS, () => timeout.abort());
    try {
      return await perTask(task, AbortSignal.any([timeout.signal, stopping.signal]));
    } catch (error) {
      return failed(task, classifyFailure(error));
    } finally {
      cancelTimeout();
    }
  }

  async function perTask(task: Task, signal: AbortSignal): Promise<ConnectionEvent> {
    if (task === "push") return push(signal);
    if (task === "pull") return pull(signal);
    await deps.repair(task);
    await deps.onRepaired();
    return { type: "repaired" };
  }

  async function push(signal: AbortSignal): Promise<ConnectionEvent> {
    const outcome = await deps.push(signal);
    if (outcome.kind === "failed") return failed("push", outcome);
    const { settled, hasMore, delta } = outcome;
    if (settled > 0) note("push", { operations: settled });
    deps.onPushed(delta);
    return { type: "pushed", settled, hasMore };
  }

  async function pull(signal: AbortSignal): Promise<ConnectionEvent> {
    const outcome = await deps.pull(signal);
    if (outcome.kind === "failed") return failed("pull", outcome);
    lastSyncedAt = isoTime(clock);
    note("pull", { changes: outcome.changes });
    if (outcome.shown !== undefined) deps.onPulled(outcome.shown);
    return { type: "pulled" };
  }

  function failed(task: Task, { failure, message }: FailureReport): ConnectionEvent {
    note(task === "push" ? "push" : "pull", { outcome: "failed", message });
    return { type: "failed", failure };
  }

  function note(kind: SyncActivity["kind"], entry: Partial<SyncActivity>): void {
    activity.add({ at: isoTime(clock), kind, operations: 0, changes: 0, outcome: "ok", ...entry });
  }

  async function askForAuthorization(): Promise<void> {
    try {
      await deps.onUnauthorized();
    } catch (error) {
      deps.reportError(error);
      return;
    }
    dispatch({ type: "reauthorized" });
  }

  function report(): LeaderReport {
    return { reason: state.reason, lastSyncedAt, activity: activity.get() };
  }
}
