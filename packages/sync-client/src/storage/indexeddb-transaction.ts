import type { IDBPTransaction } from "idb";
import type { RowKey, StorageTransaction, StoreKey, StoreName, StoreValue } from "./sync-storage.ts";

/** The port's calls on one IndexedDB transaction. Writes are not waited for one by one: they go into `writes`. */
export function createTransaction(
  handle: IDBPTransaction<unknown, StoreName[], "readwrite">,
  writes: Promise<unknown>[],
): StorageTransaction {
  return {
    async get<Name extends StoreName>(store: Name, key: StoreKey<Name>) {
      const value: unknown = await handle.objectStore(store).get(key);
      return value as StoreValue<Name> | undefined;
    },
    async list<Name extends StoreName>(store: Name, { from, limit }: { from?: number; limit?: number } = {}) {
      const range = from === undefined ? undefined : IDBKeyRange.lowerBound(from);
      const found: unknown = await handle.objectStore(store).getAll(range, limit);
      const values = found as StoreValue<Name>[];
      return store === "outbox" ? values.map(withOrder) : values;
    },
    count: (store) => handle.objectStore(store).count(),
    async rowKeysOf(scope) {
      const keys = await handle.objectStore("rows").index("byScope").getAllKeys(scope);
      return keys.map(toRowKey);
    },
    append: async (operation) => Number(await handle.objectStore("outbox").add(operation)),
    stage: (page) => void writes.push(handle.objectStore("staged").add(page)),
    put: (store, value) => void writes.push(handle.objectStore(store).put(value)),
    putDevice: (device) => void writes.push(handle.objectStore("meta").put(device, "device")),
    delete: (store, key) => void writes.push(handle.objectStore(store).delete(key)),
    clear: (store) => void writes.push(handle.objectStore(store).clear()),
  };
}

/** The key generator gives an operation its key while it is stored, so its order can only be filled in when read. */
function withOrder<Value extends object>(value: Value): Value {
  return "order" in value || !("key" in value) ? value : { ...value, order: value.key };
}

function toRowKey(key: IDBValidKey): RowKey {
  const [entity, id] = key as [string, string];
  return { entity, id };
}
