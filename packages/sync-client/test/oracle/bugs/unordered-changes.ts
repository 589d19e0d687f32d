import type { SyncChange } from "@tidemark/api/server";
import type { ServerParts } from "../server.ts";
import type { ListsTx } from "../lists-server.ts";
import { changeReads } from "./planted-bug.ts";

/** A row of a change index that is a table like any other. */
interface IndexEntry extends SyncChange {
  readonly id: string;
  readonly rowId: string;
}

/**
 * A change index whose versions are drawn when a transaction begins, and no lock held: what commits later may have a lower
 * version than what a reader has passed.
 */
export function withUnorderedChanges(parts: ServerParts, drawVersion: () => number): ServerParts {
  const { store } = parts;
  const entriesOf = async (tx: ListsTx) => (await tx.list("change")) as readonly IndexEntry[];
  const reading = changeReads(parts, ({ tx }) => ({
    async scopeVersions(scopes) {
      const entries = await entriesOf(tx);
      return new Map(
        scopes.flatMap((scope) => {
          const versions = entries.filter((entry) => entry.scope === scope).map(({ version }) => version);
          return versions.length === 0 ? [] : [[scope, { version: Math.max(...versions), prunedUntil: 0 }] as const];
        }),
      );
    },
    async changesAfter(positions, limit) {
      const entries = [...(await entriesOf(tx))].sort((left, right) => left.version - right.version);
      return positions
        .flatMap(({ scope, after }) => entries.filter((entry) => entry.scope === scope && entry.version > after))
        .map(({ rowId, ...entry }) => ({ ...entry, id: rowId }))
        .slice(0, limit);
    },
  }));
  return {
    ...reading,
    store: {
      ...reading.store,
      write: (work) =>
        store.write((transaction) => {
          const first = drawVersion();
          return work({
            ...transaction,
            async recordChanges(changes) {
              const recorded = changes.map((change, index) => ({ ...change, version: first + index }));
              for (const { id, ...change } of recorded) {
                const entry = { ...change, id: `${change.scope} ${change.entity} ${id}`, rowId: id };
                await transaction.tx.put("change", entry);
              }
              return recorded;
            },
          });
        }),
    },
  };
}
