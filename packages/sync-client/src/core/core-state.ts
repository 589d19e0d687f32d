import type { Failure, Repair } from "../retry/failure.ts";
import type { WaitReason } from "../sync.ts";
import type { TabMessage } from "../tabs/channel.ts";

/** One tab's part in the work; all it decides hangs on this and on `CoreState`. */
export type Phase =
  /** Not started yet. */
  | { readonly name: "closed" }
  /** In line for the lock; `unanswered` of its questions to the leader in a row had no answer. */
  | { readonly name: "follower"; readonly unanswered: number }
  /** Takes the lock from a leader that is silent or hidden. */
  | { readonly name: "candidate" }
  | { readonly name: "pushing"; readonly window: PushWindow }
  | { readonly name: "busy"; readonly task: number; readonly work: Work }
  /** Leads; nothing to do until the next poll. */
  | { readonly name: "idle" }
  /** Leads; after a failure, until the next attempt. */
  | { readonly name: "waiting" }
  /** The browser has stopped the page, or will at once. */
  | { readonly name: "frozen" }
  | { readonly name: "stopped" };

/** What the leader does alone; `catch-up` reads what the leader before it stored, heard of or not. */
export type Work = "catch-up" | "pull" | Repair;

/** The pushes under way. Their answers are taken in their order, whatever order they come in. */
export interface PushWindow {
  readonly slots: readonly PushSlot[];
  /** The lowest outbox key that no push of this window carries. */
  readonly from: number;
  /** `single` until the server's epoch is known: only then does a late push meet a restored database safely (S40). */
  readonly width: "single" | "pipelined";
  /** Nothing waited behind the last push when it was read. */
  readonly isDrained: boolean;
  /** Verdicts were stored: a pull is due that shows what they brought. */
  readonly hasSettled: boolean;
}

export interface PushSlot {
  readonly task: number;
  /** `planning`: it is read still; `none`: it is sent, or its verdicts are stored. What else came of it waits for its turn. */
  readonly result: "planning" | "none" | "answered" | Failure;
}

/** Changed by nobody but `stepCore`, and there only a copy. */
export interface CoreState {
  phase: Phase;
  isVisible: boolean;
  /** There may be operations that no push carries yet. */
  wantsPush: boolean;
  /** `due`: before the next push. */
  pull: "none" | "wanted" | "due";
  repair: Repair | null;
  /** Whether the app has been asked to renew the session, and has not answered. */
  session: "trusted" | "asking";
  /** In a row; an exchange that ends well sets both back. */
  failures: number;
  refusals: number;
  reason: WaitReason;
  /** The next task's number. An ending of any other task than those in `phase` is void. */
  nextTask: number;
}

export type CoreEvent =
  | { readonly type: "started" }
  /** The lock is this tab's. */
  | { readonly type: "granted" }
  /** Another tab has taken the lock. */
  | { readonly type: "robbed" }
  /** Other tabs' messages, as they come. */
  | Extract<TabMessage, { readonly type: "hello" | "ask" | "answer" }>
  | { readonly type: "visibility-changed"; readonly isVisible: boolean }
  | { readonly type: "freeze" }
  | { readonly type: "resume" }
  | { readonly type: "stopped" }
  /** The one timer. */
  | { readonly type: "timer-fired" }
  /** There may be something to push or pull. `isUrgent` does not wait for the end of a backoff. */
  | { readonly type: "woken"; readonly wants: Wants; readonly isUrgent: boolean; readonly by: "self" | "tab" }
  /** What the next push carries; `lastKey` is null where nothing waits. */
  | {
      readonly type: "push-planned";
      readonly task: number;
      readonly lastKey: number | null;
      readonly hasMore: boolean;
      readonly width: PushWindow["width"];
    }
  | { readonly type: "push-answered"; readonly task: number }
  /** `isWhole`: each operation of the push has its verdict. */
  | { readonly type: "push-stored"; readonly task: number; readonly settled: number; readonly isWhole: boolean }
  /** The server has answered the `busy` task, which goes on. */
  | { readonly type: "heard"; readonly task: number }
  /** The `busy` task has ended well. */
  | { readonly type: "done"; readonly task: number }
  | { readonly type: "failed"; readonly task: number; readonly failure: Failure }
  /** The app has answered; `isRenewed` where it could renew the session. */
  | { readonly type: "session-answered"; readonly isRenewed: boolean };

export type Wants = "push" | "both";

export type CoreEffect =
  /** Stands in line for the lock. */
  | { readonly type: "join" }
  /** Takes the lock, whoever holds it. */
  | { readonly type: "steal" }
  /** Leaves the line, or gives the lock back. */
  | { readonly type: "leave" }
  /** Told to the other tabs. */
  | Extract<TabMessage, { readonly type: "ask" | "answer" | "wake" }>
  /** Reads again what this tab shows. */
  | { readonly type: "reload" }
  | { readonly type: "work"; readonly task: number; readonly work: Work }
  | { readonly type: "plan-push"; readonly task: number; readonly from: number }
  | { readonly type: "send-push"; readonly task: number }
  | { readonly type: "store-push"; readonly task: number }
  /** Gives up every request under way. */
  | { readonly type: "abort" }
  /** Replaces the timer. */
  | { readonly type: "schedule"; readonly delayMs: number }
  | { readonly type: "cancel-timer" }
  | { readonly type: "ask-for-session" }
  /** Tells all tabs how things stand. */
  | { readonly type: "report"; readonly endsRound: boolean };

export interface CoreContext {
  readonly pollIntervalMs: number;
  /** Whether tabs hear each other: who hears nobody takes nothing away. */
  readonly canAsk: boolean;
  /** From 0 to below 1; drawn for this event. */
  readonly random: number;
}

export interface CoreStep {
  readonly state: CoreState;
  readonly effects: readonly CoreEffect[];
}

export const initialCore: Readonly<CoreState> = {
  phase: { name: "closed" },
  isVisible: true,
  wantsPush: false,
  pull: "none",
  repair: null,
  session: "trusted",
  failures: 0,
  refusals: 0,
  reason: "none",
  nextTask: 1,
};

/** An event's turn: the state that it changes, what it may be decided by, and what is to be done for it. */
export interface Turn extends CoreContext {
  readonly state: CoreState;
  readonly emit: (effect: CoreEffect) => void;
}

export const isLeading = ({ phase: { name } }: Readonly<CoreState>): boolean =>
  ["pushing", "busy", "idle", "waiting"].includes(name);
