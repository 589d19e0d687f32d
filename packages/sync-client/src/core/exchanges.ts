import { isoTime, type Clock } from "../clock.ts";
import type { OperationDelta } from "../outbox/tracked-operation.ts";
import { createPull, type PullDeps } from "../pull/pull.ts";
import type { ShownPull } from "../pull/store-page.ts";
import { createPush, type PushDeps } from "../push/push.ts";
import { classifyFailure, hasGap, type FailureReport } from "../retry/failure.ts";
import { repairDevice, type RepairDeps } from "../retry/repair.ts";
import type { SyncActivity } from "../sync.ts";
import type { LeaderReport } from "../tabs/channel.ts";
import type { CoreEffect, CoreEvent } from "./core-state.ts";

export interface ExchangeDeps extends PushDeps, PullDeps, RepairDeps {
  readonly clock: Clock;
  readonly onPushed: (delta: OperationDelta) => void;
  readonly onPulled: (pull: ShownPull) => void;
}

/** The leader's tasks: each ends in one event that names it, after the task that was begun before it. */
export interface Exchanges {
  perform(effect: Extract<CoreEffect, { readonly type: "work" | "abort" }>): void;
  /** What this tab has seen of the server itself; `activity` is the newest 50, newest first. */
  readonly seen: { lastSyncedAt?: string; activity: LeaderReport["activity"] };
  /** Resolves when nothing is under way any more. */
  ended(): Promise<void>;
}

type Task = Extract<CoreEffect, { readonly type: "work" }>;

const MAX_ACTIVITY = 50;

export function createExchanges(deps: ExchangeDeps & { readonly dispatch: (event: CoreEvent) => void }): Exchanges {
  const { clock, dispatch } = deps;
  const push = createPush(deps);
  const pull = createPull(deps);
  const seen: Exchanges["seen"] = { activity: [] };
  /** Aborts what is under way. */
  let round = new AbortController();
  /** The lowest outbox key that no push of this round carries. */
  let nextKey = 0;
  /** The end of the newest task, and so of all. */
  let last = Promise.resolve();

  return {
    perform(effect) {
      if (effect.type === "work") {
        last = run(effect, round.signal, last);
        return;
      }
      round.abort();
      round = new AbortController();
      nextKey = 0;
    },
    seen,
    ended: () => last,
  };

  async function run({ task, work }: Task, signal: AbortSignal, turn: Promise<void>): Promise<void> {
    let failed: FailureReport | undefined;
    try {
      if (work === "push") await runPush(task, signal, turn);
      else if (work === "pull") {
        const { changes, shown } = await pull(signal, () => dispatch({ type: "settled", task }));
        seen.lastSyncedAt = isoTime(clock);
        note("pull", { changes });
        if (shown) deps.onPulled(shown);
      } else {
        if (work !== "catch-up") await repairDevice(deps, work);
        await deps.onReplaced();
      }
    } catch (error) {
      failed = classifyFailure(error);
    }
    await turn;
    // Given up by ourselves: nobody waits for it, and it says nothing of the server.
    if (signal.aborted) return;
    if (!failed) return dispatch({ type: "done", task });
    note(work === "push" ? work : "pull", { outcome: "failed", message: failed.message });
    dispatch({ type: "failed", task, failure: failed.failure });
  }

  async function runPush(task: number, signal: AbortSignal, turn: Promise<void>): Promise<void> {
    const plan = await push.plan(nextKey);
    signal.throwIfAborted();
    if (plan) nextKey = plan.lastKey + 1;
    dispatch({ type: "planned", task, hasMore: Boolean(plan?.input.pending), isPipelined: Boolean(plan?.input.epoch) });
    if (!plan) return;
    const output = await push.send(plan, signal);
    dispatch({ type: "heard", task });
    // Verdicts are stored in their order, so that none is ever skipped (C9).
    await turn;
    signal.throwIfAborted();
    const stored = await push.store(plan, output);
    deps.onPushed(stored);
    const operations = stored.changed.length + stored.removed.length;
    if (operations > 0) {
      note("push", { operations });
      dispatch({ type: "settled", task });
    }
    if (!stored.isWhole) throw hasGap("The server left out verdicts.");
  }

  /** Keeps what a person would want to see; polls that found nothing say nothing new. */
  function note(kind: SyncActivity["kind"], known: Partial<SyncActivity>): void {
    const entry: SyncActivity = { at: isoTime(clock), kind, operations: 0, changes: 0, outcome: "ok", ...known };
    const isQuiet = entry.outcome === "ok" && !entry.operations && !entry.changes;
    if (isQuiet && seen.activity[0]?.outcome !== "failed") return;
    seen.activity = [entry, ...seen.activity].slice(0, MAX_ACTIVITY);
  }
}
