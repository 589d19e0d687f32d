import type { Failure, Repair } from "../retry/failure.ts";
import type { WaitReason } from "../sync.ts";
import type { TabMessage } from "../tabs/channel.ts";

/** One tab's part in the work; all it decides hangs on this and on the rest of `CoreState`. */
export type Phase =
  /** Not started yet. */
  | "closed"
  /** In line for the lock. */
  | "follower"
  /** Takes the lock from a leader that is silent or hidden. */
  | "candidate"
  /** Leads, and works. */
  | Work
  /** Leads; nothing to do until the next poll. */
  | "idle"
  /** Leads; after a failure, until the next attempt. */
  | "waiting"
  /** The browser has stopped the page, or will at once. */
  | "frozen"
  | "stopped";

/** What the leader does: pushes, or one of the others; `catch-up` reads what the leader before it stored, heard of or not. */
export type Work = "catch-up" | "push" | "pull" | Repair;

/** The pushes under way, sent one after the other without waiting for an answer. */
export interface PushWindow {
  /** The newest one is read from the queue still. */
  isReading: boolean;
  /** Not until the server's epoch is known: only then does a late push meet a restored database safely (S40). */
  isPipelined: boolean;
  /** Nothing waited behind the last push when it was read. */
  isDrained: boolean;
  /** Verdicts were stored: a pull is due that shows what they brought. */
  hasSettled: boolean;
}

/** Changed by nobody but `stepCore`, and there only a copy. */
export interface CoreState extends PushWindow {
  phase: Phase;
  /** Questions to the leader in a row that had no answer. */
  unanswered: number;
  isVisible: boolean;
  /** There may be operations that no push carries yet. */
  wantsPush: boolean;
  /** `due`: before the next push. */
  pull: "none" | "wanted" | "due";
  repair: Repair | null;
  /** Whether the app has been asked to renew the session, and has not answered. */
  session: "trusted" | "asking";
  /** In a row; an exchange that ends well sets all three back. */
  failures: number;
  refusals: number;
  repairs: number;
  reason: WaitReason;
  /** Under way, in order: the pushes of the window, or one other. What is told of any other task is void. */
  tasks: readonly number[];
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
  | { readonly type: "visibility" | "freeze" | "resume"; readonly isVisible: boolean }
  | { readonly type: "stopped" }
  /** The one timer: the phases that wait for it set it anew, all others ignore it. */
  | { readonly type: "timer-fired" }
  /** There may be something to push or pull. `isUrgent` does not wait for the end of a backoff. */
  | { readonly type: "woken"; readonly wants: Wants; readonly isUrgent: boolean }
  /** The newest push is read from the queue; it may be empty. */
  | { readonly type: "planned"; readonly task: number; readonly hasMore: boolean; readonly isPipelined: boolean }
  /** The server has answered the task, which goes on. */
  | { readonly type: "heard"; readonly task: number }
  /** What the server told is stored: verdicts of the push, or a page of the pull. */
  | { readonly type: "settled"; readonly task: number }
  /** The oldest task has ended well. */
  | { readonly type: "done"; readonly task: number }
  /** The oldest task has failed. */
  | { readonly type: "failed"; readonly task: number; readonly failure: Failure }
  /** The app has answered; `isRenewed` where it could renew the session. */
  | { readonly type: "session-answered"; readonly isRenewed: boolean };

export type Wants = "push" | "both";

export type CoreEffect =
  /** Stands in line for the lock, or takes it, whoever holds it. */
  | { readonly type: "wait" | "steal" }
  /** Leaves the line, or gives the lock back. */
  | { readonly type: "leave" }
  /** Told to the other tabs. */
  | Extract<TabMessage, { readonly type: "hello" | "ask" | "answer" | "wake" }>
  /** Reads again what this tab shows. */
  | { readonly type: "reload" }
  /** Begins a task, whose end has to wait for that of the one before it. */
  | { readonly type: "work"; readonly task: number; readonly work: Work }
  /** Gives up all tasks. */
  | { readonly type: "abort" }
  /** Replaces the timer. */
  | { readonly type: "schedule"; readonly delayMs: number }
  | { readonly type: "ask-for-session" }
  /** Tells all tabs how things stand. */
  | { readonly type: "report"; readonly endsRound: boolean };

export interface CoreContext {
  readonly pollIntervalMs: number;
  /** From 0 to below 1; drawn for this event. */
  readonly random: number;
}

export interface CoreStep {
  readonly state: CoreState;
  readonly effects: readonly CoreEffect[];
}

export const NEW_WINDOW: PushWindow = { isReading: false, isPipelined: false, isDrained: false, hasSettled: false };

/** What is known once an exchange has ended well. */
export const SUCCEEDED = { failures: 0, refusals: 0, repairs: 0, reason: "none" } as const;

export const initialCore: Readonly<CoreState> = {
  ...NEW_WINDOW,
  ...SUCCEEDED,
  phase: "closed",
  unanswered: 0,
  isVisible: true,
  wantsPush: false,
  pull: "none",
  repair: null,
  session: "trusted",
  tasks: [],
  nextTask: 1,
};

export const isLeading = ({ phase }: Readonly<CoreState>): boolean =>
  !["closed", "follower", "candidate", "frozen", "stopped"].includes(phase);
