import type {
  ListOptions,
  NewOperation,
  StorageMode,
  StorageTransaction,
  StoredOperation,
  StoreName,
  StoreValue,
} from "./sync-storage.ts";

type Tables = { readonly [Name in StoreName]: ReadonlyMap<string | number, StoreValue<Name>> };

/** What a disk holds; never changed in place. */
export interface MemoryStores {
  readonly tables: Tables;
  /** The last keys that were given out; a cleared store goes on behind them. */
  readonly lastKeys: { readonly outbox: number };
}

export const emptyStores = (): MemoryStores => ({
  tables: {
    outbox: new Map(),
    deadLetters: new Map(),
    pages: new Map(),
    meta: new Map(),
  },
  lastKeys: { outbox: 0 },
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
      get: async (store, key) => reading(store).get(key),
      list,
      lastKey: async () => Number((await list("outbox")).at(-1)?.key),
      trim(store, upToKey) {
        const values = writing(store);
        for (const key of values.keys()) if (Number(key) <= upToKey) values.delete(key);
      },
      append: async (operations) => {
        operations.forEach(append);
        return lastKeys.outbox - operations.length + 1;
      },
      put: (store, value) => void writing(store).set("key" in value ? value.key : value.id, value),
      putDevice: (device) => void writing("meta").set("device", device),
      delete: (store, key) => void writing(store).delete(key),
      clear: (store) => writing(store).clear(),
      end: () => {},
    },
    commitTo: ({ tables, lastKeys: currentKeys }) => ({
      tables: { ...tables, ...Object.fromEntries(copies) },
      lastKeys: {
        outbox: copies.has("outbox") ? lastKeys.outbox : currentKeys.outbox,
      },
    }),
  };
}

const isSorted = (entries: readonly (readonly [string | number, unknown])[]): boolean =>
  entries.every(([key], position) => position === 0 || (entries[position - 1]?.[0] ?? key) < key);
