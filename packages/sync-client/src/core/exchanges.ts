import type { PushOutput } from "@tidemark/api/contracts";
import { isoTime, type Clock } from "../clock.ts";
import type { OperationDelta } from "../outbox/tracked-operation.ts";
import { createPull, type PullDeps } from "../pull/pull.ts";
import type { ShownPull } from "../pull/store-page.ts";
import type { PushPlan } from "../push/plan-push.ts";
import { createPush, type PushDeps } from "../push/push.ts";
import { classifyFailure } from "../retry/failure.ts";
import { repairDevice, type RepairDeps } from "../retry/repair.ts";
import type { SyncActivity } from "../sync.ts";
import type { LeaderReport } from "../tabs/channel.ts";
import type { CoreEffect, CoreEvent } from "./core-state.ts";

/** A request that has no answer by then is given up and sent again: half-open connections look like slow servers. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface ExchangeDeps extends PushDeps, PullDeps, Omit<RepairDeps, "sentBy"> {
  readonly clock: Clock;
  readonly onPushed: (delta: OperationDelta) => void;
  readonly onPulled: (pull: ShownPull) => void;
  /** What is stored may have changed as a whole. */
  readonly onReplaced: () => Promise<void>;
}

export type ExchangeEffect = Extract<
  CoreEffect,
  { readonly type: "work" | "plan-push" | "send-push" | "store-push" | "abort" }
>;

/** The leader's tasks: each ends in one event that names it. */
export interface Exchanges {
  perform(effect: ExchangeEffect): void;
  /** What this tab has seen of the server; `activity` is the newest 50, newest first. */
  readonly seen: Pick<LeaderReport, "lastSyncedAt" | "activity">;
  /** Resolves when nothing is under way any more. */
  ended(): Promise<unknown>;
}

const MAX_ACTIVITY = 50;

interface PushUnderWay {
  readonly plan: PushPlan;
  output?: PushOutput;
}

export function createExchanges(deps: ExchangeDeps & { readonly dispatch: (event: CoreEvent) => void }): Exchanges {
  const { clock, dispatch } = deps;
  const push = createPush(deps);
  const pull = createPull(deps);
  const seen: { -readonly [Key in keyof Exchanges["seen"]]: Exchanges["seen"][Key] } = {
    lastSyncedAt: null,
    activity: [],
  };
  const running = new Set<Promise<void>>();
  const pushes = new Map<number, PushUnderWay>();
  let round = new AbortController();

  return {
    perform(effect) {
      if (effect.type === "abort") {
        round.abort();
        round = new AbortController();
        return pushes.clear();
      }
      const task = run(effect, round.signal).finally(() => running.delete(task));
      running.add(task);
    },
    seen,
    ended: () => Promise.all(running),
  };

  async function run(effect: Exclude<ExchangeEffect, { readonly type: "abort" }>, signal: AbortSignal): Promise<void> {
    const timeout = new AbortController();
    let cancelTimeout = (): void => {};
    const startTimeout = (): void => {
      cancelTimeout();
      cancelTimeout = clock.after(REQUEST_TIMEOUT_MS, () => timeout.abort());
    };
    startTimeout();
    // A pull of many pages may take long as long as they come.
    const onPage = (): void => {
      startTimeout();
      dispatch({ type: "heard", task: effect.task });
    };
    try {
      dispatch(await perTask(effect, AbortSignal.any([signal, timeout.signal]), onPage));
    } catch (error) {
      const { failure, message } = classifyFailure(error);
      // Given up by ourselves: nobody waits for it, and it says nothing of the server.
      if (!signal.aborted) note(effect.type === "work" ? "pull" : "push", { outcome: "failed", message });
      dispatch({ type: "failed", task: effect.task, failure });
    } finally {
      cancelTimeout();
    }
  }

  async function perTask(
    effect: Exclude<ExchangeEffect, { readonly type: "abort" }>,
    signal: AbortSignal,
    onPage: () => void,
  ): Promise<CoreEvent> {
    const { task } = effect;
    switch (effect.type) {
      case "plan-push": {
        const plan = await push.plan(effect.from);
        if (plan) pushes.set(task, { plan });
        const lastKey = plan?.operations.at(-1)?.key ?? null;
        const width = plan?.input.epoch === undefined ? "single" : "pipelined";
        return { type: "push-planned", task, lastKey, hasMore: Boolean(plan?.input.pending), width };
      }
      case "send-push": {
        const known = underWay(task);
        known.output = await push.send(known.plan, signal);
        return { type: "push-answered", task };
      }
      case "store-push": {
        const { plan, output } = underWay(task);
        pushes.delete(task);
        const { settled, isWhole, delta } = await push.store(plan, output);
        if (settled > 0) note("push", { operations: settled });
        deps.onPushed(delta);
        return { type: "push-stored", task, settled, isWhole };
      }
      case "work":
        if (effect.work === "pull") {
          const { changes, shown } = await pull(signal, onPage);
          seen.lastSyncedAt = isoTime(clock);
          note("pull", { changes });
          if (shown) deps.onPulled(shown);
        } else {
          if (effect.work !== "catch-up") await repairDevice({ ...deps, sentBy: push.sentBy }, effect.work);
          await deps.onReplaced();
        }
        return { type: "done", task };
    }
  }

  function underWay(task: number): PushUnderWay {
    const known = pushes.get(task);
    if (known === undefined) throw new Error(`Push ${task} was given up.`);
    return known;
  }

  /** Keeps what a person would want to see; polls that found nothing say nothing new. */
  function note(kind: SyncActivity["kind"], known: Partial<SyncActivity>): void {
    const entry: SyncActivity = { at: isoTime(clock), kind, operations: 0, changes: 0, outcome: "ok", ...known };
    const isQuiet = entry.outcome === "ok" && !entry.operations && !entry.changes;
    if (isQuiet && seen.activity[0]?.outcome !== "failed") return;
    seen.activity = [entry, ...seen.activity].slice(0, MAX_ACTIVITY);
  }
}
