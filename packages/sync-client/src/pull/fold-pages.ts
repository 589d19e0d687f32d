import { rowKeyText } from "../overlay/operation-effect.ts";
import type { RowKey, StoredChange, StoredPage } from "../storage/sync-storage.ts";

/** Where pulled rows are kept. */
export interface PulledRows {
  /** `undefined` where there is no such row. */
  scopeOf(key: RowKey): string | undefined;
  write(change: StoredChange): void;
  /** Deletes the rows of these scopes. */
  purge(isGone: (scope: string) => boolean): void;
}

/** Applies pages, in their order, to what the pages before them came to. */
export function replayPages(pages: readonly StoredPage[], rows: PulledRows): void {
  for (const { isFirst, removedScopes, changes } of pages) {
    // Lost scopes go before anything of their page is written: one of them may have been regained.
    if (isFirst || removedScopes.length > 0) rows.purge((scope) => isFirst || removedScopes.includes(scope));
    for (const change of changes) {
      // A row that has moved is deleted from its old scope and put into its new one, in either order.
      if (change.value || rows.scopeOf(change) === change.scope) rows.write(change);
    }
  }
}

/** The rows that pages come to, each as the change that brought it. */
export function foldPages(pages: readonly StoredPage[]): StoredChange[] {
  const rows = new Map<string, StoredChange>();
  replayPages(pages, {
    scopeOf: (key) => rows.get(rowKeyText(key))?.scope,
    write(change) {
      const key = rowKeyText(change);
      if (change.value) rows.set(key, change);
      else rows.delete(key);
    },
    purge(isGone) {
      for (const [key, { scope }] of rows) if (isGone(scope)) rows.delete(key);
    },
  });
  return [...rows.values()];
}
