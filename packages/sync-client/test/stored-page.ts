import type { StoredChange, StoredPage } from "../src/storage/sync-storage.ts";

/** A page that brings these changes, and nothing else unless `rest` says so. */
export const storedPage = (changes: readonly StoredChange[], rest: Partial<StoredPage> = {}): StoredPage => ({
  key: 1,
  isFirst: false,
  removedScopes: [],
  changes,
  ...rest,
});
