import type { Clock } from "../clock.ts";
import type { Connection } from "../connection/connection.ts";
import type { Page } from "../connection/page.ts";
import { createCell, createListeners } from "../observable.ts";
import type { Replica } from "../overlay/replica.ts";
import type { RowKey } from "../storage/sync-storage.ts";
import type { Observable } from "../sync.ts";
import type { LeaderReport, TabChannel, TabMessage } from "./channel.ts";
import type { Leadership } from "./leadership.ts";

export interface TabGroupDeps {
  readonly channel: TabChannel;
  readonly leadership: Leadership;
  readonly connection: Connection;
  readonly replica: Replica;
  readonly page: Page;
  readonly clock: Clock;
  readonly pollIntervalMs: number;
  readonly reportError: (error: unknown) => void;
}

/** This tab among the tabs that share its database: one of them leads and talks to the server for all. */
export interface TabGroup {
  readonly isLeader: Observable<boolean>;
  readonly report: Observable<LeaderReport>;
  start(): void;
  /** This tab has queued operations, the first of them with this key. */
  announceQueued(firstKey: number): void;
  /** This tab has changed what is stored; `all` where the rows are too many to name. */
  announceChanged(rows: readonly RowKey[] | "all"): void;
  /** What this tab's connection has to tell. */
  publish(report: LeaderReport, endsRound: boolean): void;
  /** Has the leader push now. */
  wakeLeader(): void;
  /** Resolves at the end of the next round of exchanges that this tab hears of, when it is stopped, or after 40 s. */
  syncNow(): Promise<void>;
  stop(): Promise<void>;
}

/** Longer than any request lasts: a leader that is frozen must not keep a person waiting for ever. */
const SYNC_NOW_TIMEOUT_MS = 40_000;

const SILENCE: LeaderReport = { reason: "none", lastSyncedAt: null, activity: [] };

export function createTabGroup(deps: TabGroupDeps): TabGroup {
  const { channel, connection, leadership, page, clock, replica } = deps;
  const isLeader = createCell(false);
  const report = createCell(SILENCE);
  const rounds = createListeners();
  const endings: (() => void)[] = [];
  let isStopped = false;
  let cancelTick = (): void => {};
  let cancelHiding = (): void => {};

  return {
    isLeader,
    report,
    start() {
      channel.listen(receive);
      endings.push(
        page.onVisibilityChange(followVisibility),
        page.onNetworkChange(() => wake("both", true)),
      );
      followVisibility();
      channel.post({ type: "hello" });
      leadership.start(() => void lead());
      scheduleTick();
    },
    announceQueued(firstKey) {
      channel.post({ type: "queued", firstKey });
      if (isLeader.get()) connection.dispatch({ type: "woken", wants: "push", isUrgent: false });
    },
    announceChanged: (rows) => channel.post({ type: "changed", rows }),
    publish(next, endsRound) {
      report.set(next);
      channel.post({ type: "report", report: next, endsRound });
      if (endsRound) rounds.notify();
    },
    wakeLeader: () => wake("push", true),
    syncNow() {
      const ended = new Promise<void>((resolve) => {
        const end = () => {
          unsubscribe();
          cancelTimeout();
          resolve();
        };
        const unsubscribe = rounds.subscribe(end);
        const cancelTimeout = clock.after(SYNC_NOW_TIMEOUT_MS, end);
      });
      wake("both", true);
      return ended;
    },
    async stop() {
      isStopped = true;
      cancelTick();
      cancelHiding();
      for (const end of endings) end();
      await connection.stop();
      await leadership.stop();
      channel.close();
      rounds.notify();
    },
  };

  async function lead(): Promise<void> {
    // The leader before us may have died between a commit and telling us of it.
    if (report.get() !== SILENCE) {
      await replica.reload().catch(deps.reportError);
      if (isStopped) return;
      channel.post({ type: "changed", rows: "all" });
    }
    isLeader.set(true);
    connection.dispatch({ type: "led" });
  }

  function receive(message: TabMessage): void {
    switch (message.type) {
      case "queued":
        follow(replica.refreshQueue(message.firstKey));
        if (isLeader.get()) connection.dispatch({ type: "woken", wants: "push", isUrgent: false });
        return;
      case "changed":
        follow(message.rows === "all" ? replica.reload() : replica.refresh(message.rows));
        return;
      case "wake":
        if (isLeader.get()) wakeFor(message);
        return;
      case "report":
        if (isLeader.get()) return;
        report.set(message.report);
        if (message.endsRound) rounds.notify();
        return;
      case "hello":
        if (isLeader.get()) channel.post({ type: "report", report: connection.report(), endsRound: false });
    }
  }

  function follow(reading: Promise<void>): void {
    // Once stopped there is nothing left to be read.
    reading.catch((error: unknown) => isStopped || deps.reportError(error));
  }

  function wake(wants: "push" | "both", isUrgent: boolean): void {
    if (isLeader.get()) connection.dispatch({ type: "woken", wants, isUrgent });
    else channel.post({ type: "wake", wants, isUrgent, fromVisible: page.isVisible() });
  }

  /** A visible tab keeps a hidden leader, whose timers the browser slows down, at the pace of a visible one. */
  function wakeFor({ wants, isUrgent, fromVisible }: Extract<TabMessage, { type: "wake" }>): void {
    if (fromVisible && !page.isVisible()) {
      connection.dispatch({ type: "visibility-changed", isVisible: true });
      cancelHiding();
      cancelHiding = clock.after(deps.pollIntervalMs * 3, followVisibility);
    } else if (isUrgent) {
      connection.dispatch({ type: "woken", wants, isUrgent });
    }
  }

  function followVisibility(): void {
    connection.dispatch({ type: "visibility-changed", isVisible: page.isVisible() });
  }

  /** What a tab does at its own pace: visible followers pace the leader; tabs that cannot talk read the storage. */
  function scheduleTick(): void {
    cancelTick = clock.after(deps.pollIntervalMs, () => {
      if (!channel.isConnected) follow(replica.reload());
      else if (!isLeader.get() && page.isVisible()) wake("both", false);
      scheduleTick();
    });
  }
}
