import type { SyncStatus, WaitReason } from "@tidemark/sync-client";

export interface StatusDescription {
  readonly headline: string;
  readonly detail: string;
}

type Describe = (status: SyncStatus) => StatusDescription;

/** The state of this device in two sentences: what is the case, and what that means for the person. */
export const describeStatus: Describe = (status) => byState[status.state](status);

const byState: Readonly<Record<SyncStatus["state"], Describe>> = {
  synced: ({ deadLetters }) =>
    deadLetters > 0
      ? {
          headline: `${changes(deadLetters)} not accepted`,
          detail: "All else is saved. Decide below what happens to it.",
        }
      : {
          headline: "Everything is saved",
          detail: "The server has every change of yours, and you see everybody else's.",
        },
  pending: ({ pending, lastSyncedAt }) => {
    if (pending > 0) return { headline: `Sending ${changes(pending)}`, detail: "This takes a moment. You can go on." };
    return lastSyncedAt === null
      ? { headline: "Loading your lessons", detail: "The first time on a device takes a moment." }
      : { headline: "Checking for news", detail: "Asking the server for what others wrote." };
  },
  offline: ({ pending }) => ({
    headline: "You are offline",
    detail:
      pending === 0
        ? "You can go on reading and writing; it is sent once you are back."
        : `${changes(pending)} ${pending === 1 ? "is" : "are"} safe on this device and sent once you are back.`,
  }),
  stuck: (status) => byReason[status.reason](status.pending === 0 ? "What you write" : "What waits here"),
};

const waiting = (what: string): StatusDescription => ({
  headline: "The server has a problem",
  detail: `${what} stays on this device. We try again by ourselves.`,
});

const byReason: Readonly<Record<WaitReason, (what: string) => StatusDescription>> = {
  "signed-out": (what) => ({
    headline: "You have been signed out",
    detail: `${what} stays on this device until you sign in again.`,
  }),
  "app-too-old": (what) => ({
    headline: "This version is too old",
    detail: `${what} stays on this device. Load the newest version to send it.`,
  }),
  storage: () => ({
    headline: "This browser cannot save",
    detail: "Its storage is full or blocked. Free some space, then load the page anew before you write on.",
  }),
  server: waiting,
  offline: waiting,
  none: waiting,
};

const changes = (count: number): string => (count === 1 ? "1 change" : `${count} changes`);
