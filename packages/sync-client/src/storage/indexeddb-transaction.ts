import type { ListOptions, StorageTransaction, StoreKey, StoreName, StoreValue } from "./sync-storage.ts";

/** The port's calls on one IndexedDB transaction. Writes are not waited for one by one: one that fails aborts it. */
export function createTransaction(handle: IDBTransaction): StorageTransaction {
  const store = (name: StoreName): IDBObjectStore => handle.objectStore(name);
  return {
    get: <Name extends StoreName>(name: Name, key: StoreKey<Name>) =>
      answer(store(name).get(key) as IDBRequest<StoreValue<Name> | undefined>),
    async list<Name extends StoreName>(name: Name, options?: ListOptions) {
      const values = await listValues(store(name), options);
      if (name === "outbox") values.forEach(fillOrder);
      return values as StoreValue<Name>[];
    },
    countQueued: (from) => answer(store("outbox").count(IDBKeyRange.lowerBound(from))),
    trim: (name, upToKey) => void store(name).delete(IDBKeyRange.upperBound(upToKey)),
    async append(operations) {
      const requests = operations.map((operation) => store("outbox").add(operation));
      // Hearing of the last one is enough, and a thousand events cheaper.
      const [last] = await Promise.all(requests.slice(-1).map(answer));
      return Number(last) - operations.length + 1;
    },
    put: (name, value) => void store(name).put(value),
    putDevice: (device) => void store("meta").put(device, "device"),
    delete: (name, key) => void store(name).delete(key),
    clear: (name) => void store(name).clear(),
    end: () => handle.commit(),
  };
}

/** So many values at a time: fewer cost more rounds, more of them more waiting. */
const PART = 500;

/** A whole store in parts: the browser reads one, or another store's, while this thread decodes the one before it. */
async function listValues(store: IDBObjectStore, options?: ListOptions): Promise<unknown[]> {
  const { from = 0, to = Infinity, limit } = options ?? {};
  if (options !== undefined) return answer<unknown[]>(store.getAll(IDBKeyRange.bound(from, to), limit));
  const found: unknown[] = [];
  let range: IDBKeyRange | undefined;
  while (true) {
    const part = await answer<unknown[]>(store.getAll(range, PART));
    found.push(...part);
    const last = part[PART - 1] as Readonly<Record<string, IDBValidKey>> | undefined;
    if (last === undefined) return found;
    range = IDBKeyRange.lowerBound(last[String(store.keyPath)], true);
  }
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The key generator gives an operation its key while it is stored, so its order can only be filled in when read. */
function fillOrder(value: unknown): void {
  const operation = value as { readonly key: number; order?: number };
  operation.order ??= operation.key;
}
