import type { SyncStatus, WaitReason } from "@tidemark/sync-client";
import type { SyncTexts } from "./sync-texts.ts";

export interface StatusDescription {
  readonly headline: string;
  readonly detail: string;
}

/** What a description stands on. */
export interface StatusView {
  readonly status: SyncStatus;
  /** The person has switched this app offline. */
  readonly isSwitchedOff: boolean;
  readonly texts: SyncTexts;
}

type Describe = (view: StatusView) => StatusDescription;

/** The state of this device in two sentences: what is the case, and what that means for the person. */
export const describeStatus: Describe = (view) => byState[view.status.state](view);

const byState: Readonly<Record<SyncStatus["state"], Describe>> = {
  synced: ({ status: { deadLetters }, texts }) =>
    deadLetters > 0
      ? { headline: texts.refusedTitle(deadLetters), detail: texts.refusedText }
      : { headline: texts.savedTitle, detail: texts.savedText },
  pending({ status: { pending, lastSyncedAt }, texts }) {
    if (pending > 0) return { headline: texts.sendingTitle(pending), detail: texts.sendingText };
    return lastSyncedAt === null
      ? { headline: texts.loadingTitle, detail: texts.loadingText }
      : { headline: texts.checkingTitle, detail: texts.checkingText };
  },
  offline: ({ status: { pending }, isSwitchedOff, texts }) => ({
    headline: isSwitchedOff ? texts.switchedTitle : texts.offlineTitle,
    detail: pending === 0 ? texts.offlineIdle : texts.offlineText(pending),
  }),
  stuck: (view) => byReason[view.status.reason](view),
};

const server: Describe = ({ texts }) => ({ headline: texts.serverTitle, detail: texts.serverText });

const byReason: Readonly<Record<WaitReason, Describe>> = {
  "signed-out": ({ status, texts }) => ({
    headline: texts.signedOutTitle,
    detail: status.pending === 0 ? texts.signedOutIdle : texts.signedOutText,
  }),
  "app-too-old": ({ texts }) => ({ headline: texts.tooOldTitle, detail: texts.tooOldText }),
  storage: ({ texts }) => ({ headline: texts.storageTitle, detail: texts.storageText }),
  server,
  offline: server,
  none: server,
};
