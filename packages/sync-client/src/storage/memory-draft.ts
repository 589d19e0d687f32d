import type {
  ListOptions,
  NewOperation,
  RowKey,
  StorageMode,
  StorageTransaction,
  StoredOperation,
  StoreKey,
  StoreName,
  StoreValue,
} from "./sync-storage.ts";

type Tables = { readonly [Name in StoreName]: ReadonlyMap<string | number, StoreValue<Name>> };

/** What a disk holds; never changed in place. */
export interface MemoryStores {
  readonly tables: Tables;
  /** The last keys that were given out; a cleared store goes on behind them. */
  readonly lastKeys: { readonly outbox: number; readonly staged: number };
}

export const emptyStores = (): MemoryStores => ({
  tables: {
    outbox: new Map(),
    deadLetters: new Map(),
    rows: new Map(),
    staged: new Map(),
    meta: new Map(),
  },
  lastKeys: { outbox: 0, staged: 0 },
});

type Table = ReadonlyMap<string | number, unknown>;

/** One transaction: it sees its own writes, and copies a store when it first writes to it. */
export interface Draft {
  readonly transaction: StorageTransaction;
  /** The disk with this transaction's writes; stores that it did not write to are left as they are. */
  commitTo(current: MemoryStores): MemoryStores;
}

export function createDraft(before: MemoryStores, stores: readonly StoreName[], mode: StorageMode): Draft {
  const copies = new Map<StoreName, Map<string | number, unknown>>();
  const lastKeys = { ...before.lastKeys };

  function reading<Name extends StoreName>(store: Name): ReadonlyMap<string | number, StoreValue<Name>>;
  function reading(store: StoreName): Table {
    if (!stores.includes(store)) throw new TypeError(`The transaction was not begun over "${store}".`);
    return copies.get(store) ?? before.tables[store];
  }

  function writing(store: StoreName): Map<string | number, unknown> {
    if (mode === "read") throw new TypeError(`A read cannot change "${store}".`);
    const copy = copies.get(store) ?? new Map<string | number, unknown>(reading(store));
    copies.set(store, copy);
    return copy;
  }

  function append(operation: NewOperation): void {
    const key = (lastKeys.outbox += 1);
    const stored: StoredOperation = { ...operation, key, order: operation.order ?? key };
    writing("outbox").set(key, stored);
  }

  async function list<Name extends StoreName>(
    store: Name,
    { from = -Infinity, to = Infinity, limit }: ListOptions = {},
  ): Promise<readonly StoreValue<Name>[]> {
    const entries = [...reading(store)];
    if (!isSorted(entries)) entries.sort(([left], [right]) => (left < right ? -1 : 1));
    const isWhole = from === -Infinity && to === Infinity;
    const found = isWhole ? entries : entries.filter(([key]) => Number(key) >= from && Number(key) <= to);
    return found.slice(0, limit).map(([, value]) => value);
  }

  return {
    transaction: {
      get: async (store, key) => reading(store).get(toMapKey(key)),
      list,
      countQueued: async (from) => (await list("outbox", { from })).length,
      trimOutbox(upToKey) {
        const outbox = writing("outbox");
        for (const key of outbox.keys()) if (Number(key) <= upToKey) outbox.delete(key);
      },
      async rowKeysOf(scope) {
        const rows = (await list("rows")).filter((row) => row.scope === scope);
        return rows.map(({ entity, id }): RowKey => ({ entity, id }));
      },
      append: async (operations) => {
        operations.forEach(append);
        return lastKeys.outbox - operations.length + 1;
      },
      put: (store, value) => void writing(store).set("changes" in value ? (lastKeys.staged += 1) : keyOf(value), value),
      putDevice: (device) => void writing("meta").set("device", device),
      delete: (store, key) => void writing(store).delete(toMapKey(key)),
      clear: (store) => writing(store).clear(),
      end: () => {},
    },
    commitTo: ({ tables, lastKeys: currentKeys }) => ({
      tables: { ...tables, ...Object.fromEntries(copies) },
      lastKeys: {
        outbox: copies.has("outbox") ? lastKeys.outbox : currentKeys.outbox,
        staged: copies.has("staged") ? lastKeys.staged : currentKeys.staged,
      },
    }),
  };
}

const isSorted = (entries: readonly (readonly [string | number, unknown])[]): boolean =>
  entries.every(([key], position) => position === 0 || (entries[position - 1]?.[0] ?? key) < key);

/** Code units compare as IndexedDB compares the parts: nothing sorts before NUL, and no entity's name contains it. */
const toMapKey = (key: StoreKey<StoreName>): string | number => (Array.isArray(key) ? key.join("\0") : key);

function keyOf(value: StoreValue<"outbox" | "deadLetters" | "rows">): string | number {
  if ("key" in value) return value.key;
  return "entity" in value ? toMapKey([value.entity, value.id]) : value.id;
}
