import type { SyncStatus } from "@tidemark/sync-client";

export interface StatusDescription {
  readonly headline: string;
  readonly detail: string;
}

/** The state of this device in two sentences: what is the case, and what that means for the person. */
export function describeStatus({ state, pending, reason, lastSyncedAt }: SyncStatus): StatusDescription {
  const changes = pending === 1 ? "1 change" : `${pending} changes`;
  const isOrAre = pending === 1 ? "is" : "are";
  const safe = pending === 0 ? "What you write" : `${changes} waiting here`;
  switch (state) {
    case "synced":
      return { headline: "Everything is saved", detail: "The server has every change, and you see everybody else's." };
    case "pending":
      if (pending > 0) return { headline: `Sending ${changes}`, detail: "This takes a moment. You can go on." };
      return lastSyncedAt === null
        ? { headline: "Loading your lessons", detail: "The first time on a device takes a moment." }
        : { headline: "Checking for news", detail: "Asking the server for what others wrote." };
    case "offline":
      return pending === 0
        ? { headline: "You are offline", detail: "You can go on reading and writing; it is sent once you are back." }
        : {
            headline: "You are offline",
            detail: `${changes} ${isOrAre} safe on this device and sent once you are back.`,
          };
    case "stuck":
      return describeStuck(reason, safe);
  }
}

function describeStuck(reason: SyncStatus["reason"], safe: string): StatusDescription {
  switch (reason) {
    case "signed-out":
      return { headline: "You have been signed out", detail: `${safe} stays on this device until you sign in again.` };
    case "app-too-old":
      return {
        headline: "This version is too old",
        detail: `${safe} stays on this device. Load the newest version to send it.`,
      };
    case "storage":
      return {
        headline: "This browser cannot save",
        detail: "Its storage is full or blocked. Free some space, then load the page anew before you write on.",
      };
    case "server":
      return {
        headline: "The server has a problem",
        detail: `${safe} stays on this device. We try again by ourselves.`,
      };
    case "offline":
    case "none":
      return { headline: "Waiting for the server", detail: `${safe} stays on this device. We try again by ourselves.` };
  }
}
