import type { DatabaseHandle } from "./database.ts";

export interface GatheredStatement<Item, Result> {
  /** Names an item among those of one statement; a second one of the same name goes with the next statement. */
  readonly keyOf: (item: Item) => string;
  /** Runs the one statement for all items; answers results by key, of those that have one. */
  readonly run: (db: DatabaseHandle, items: readonly Item[]) => Promise<ReadonlyMap<string, Result>>;
}

interface Gathering<Item, Result> {
  readonly itemByKey: Map<string, Item>;
  readonly results: Promise<ReadonlyMap<string, Result>>;
}

/**
 * Makes one statement of what callers ask of the same handle in the same turn of the event loop. The handlers of a combined
 * push run side by side and know nothing of each other: sixty-four messages become one statement and not sixty-four, which
 * is most of what a combined push gains.
 */
export function gatherStatements<Item, Result>({ keyOf, run }: GatheredStatement<Item, Result>) {
  const gatheringByHandle = new WeakMap<DatabaseHandle, Gathering<Item, Result>>();

  function start(db: DatabaseHandle): Gathering<Item, Result> {
    const itemByKey = new Map<string, Item>();
    // One microtask later, whoever was as far as the first caller has come along.
    const results = Promise.resolve().then(() => {
      gatheringByHandle.delete(db);
      return run(db, [...itemByKey.values()]);
    });
    const gathering = { itemByKey, results };
    gatheringByHandle.set(db, gathering);
    return gathering;
  }

  return async function gather(db: DatabaseHandle, item: Item): Promise<Result | undefined> {
    const key = keyOf(item);
    let gathering = gatheringByHandle.get(db) ?? start(db);
    while (gathering.itemByKey.has(key)) {
      await gathering.results;
      gathering = gatheringByHandle.get(db) ?? start(db);
    }
    gathering.itemByKey.set(key, item);
    return (await gathering.results).get(key);
  };
}
