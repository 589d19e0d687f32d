import type { SyncActivity, WaitReason } from "../sync.ts";

/** What the leading tab knows of the server, for all tabs. */
export interface LeaderReport {
  readonly reason: WaitReason;
  readonly lastSyncedAt: string | null;
  readonly activity: readonly SyncActivity[];
}

export type TabMessage =
  /** Operations with these keys are in the outbox. */
  | { readonly type: "queued"; readonly firstKey: number }
  /** Operations moved on, or a pull has ended. */
  | { readonly type: "changed" }
  /** The leader shall talk to the server now. */
  | { readonly type: "wake"; readonly wants: "push" | "both" }
  | { readonly type: "report"; readonly report: LeaderReport; readonly endsRound: boolean }
  /** A tab has opened or is back in line, wants a report, and may have changed what the server says. */
  | { readonly type: "hello" }
  /** A follower asks whether somebody leads. */
  | { readonly type: "ask" }
  /** Somebody does. */
  | { readonly type: "answer"; readonly isVisible: boolean };

/** Messages between the tabs that share a database; a tab does not hear itself. */
export interface TabChannel<Message = TabMessage> {
  post(message: Message): void;
  /** One listener; messages before it are lost. */
  listen(listener: (message: Message) => void): void;
  close(): void;
}

export function createBrowserChannel<Message = TabMessage>(name: string): TabChannel<Message> {
  const channel = new BroadcastChannel(name);
  let isClosed = false;
  return {
    // A closed one throws at what is posted late, such as by a write that has just become durable.
    post: (message) => isClosed || channel.postMessage(message),
    listen: (listener) => channel.addEventListener("message", ({ data }: MessageEvent<Message>) => listener(data)),
    close() {
      isClosed = true;
      channel.close();
    },
  };
}
