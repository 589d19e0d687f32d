import type { syncTexts } from "./sync-texts.en.ts";

/** What the Sync panel says, in whatever language. */
export type SyncTexts = typeof syncTexts;
