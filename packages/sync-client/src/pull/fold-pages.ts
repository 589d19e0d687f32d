import type { PullOutput } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { rowKeyText } from "../overlay/operation-effect.ts";
import type { StagedPage, StoredChange } from "../storage/sync-storage.ts";

/** All pages of one pull as one step. */
export interface FoldedPull {
  /** To be purged before the changes are applied. */
  readonly removedScopes: readonly string[];
  /** At most one change a row. */
  readonly changes: readonly StoredChange[];
}

/** A page as it is kept; entities that this contract does not know are left out. */
export function toStagedPage(contract: RuntimeContract, { removedScopes, changes }: PullOutput): StagedPage {
  return {
    removedScopes,
    changes: changes.flatMap((change) => {
      const { entity, id, value } = change;
      return Object.hasOwn(contract.entities, entity) ? [{ ...change, value: value && { ...value, id } }] : [];
    }),
  };
}

/** In page order: a scope removed by a later page takes what earlier pages brought of it. */
export function foldPages(pages: readonly StagedPage[]): FoldedPull {
  const removedScopes = new Set<string>();
  const changes = new Map<string, StoredChange>();
  for (const page of pages) {
    for (const scope of page.removedScopes) {
      removedScopes.add(scope);
      for (const [key, change] of changes) if (change.scope === scope) changes.delete(key);
    }
    for (const change of page.changes) {
      const key = rowKeyText(change);
      const earlier = changes.get(key);
      // A row that moved is deleted from its old scope and put into its new one, in either order.
      const isOldPlace = change.value === null && earlier?.value != null && earlier.scope !== change.scope;
      if (!isOldPlace) changes.set(key, change);
    }
  }
  return { removedScopes: [...removedScopes], changes: [...changes.values()] };
}
