import type { ListOptions, StorageTransaction, StoreKey, StoreName, StoreValue } from "./sync-storage.ts";

/** The port's calls on one IndexedDB transaction. Writes are not waited for one by one: one that fails aborts it. */
export function createTransaction(handle: IDBTransaction): StorageTransaction {
  const store = (name: StoreName): IDBObjectStore => handle.objectStore(name);
  return {
    get: <Name extends StoreName>(name: Name, key: StoreKey<Name>) =>
      answer(store(name).get(key) as IDBRequest<StoreValue<Name> | undefined>),
    async list<Name extends StoreName>(name: Name, options?: ListOptions) {
      const whole = store(name);
      const values = await (name === "outbox" && !options ? listInParts(whole) : listRange(whole, options));
      if (name === "outbox") values.forEach(fillOrder);
      return values as StoreValue<Name>[];
    },
    lastKey: () => edge(store("outbox"), "prev"),
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

/** Numbers sort first and lists last. A range that ends before it begins is an error to IndexedDB, and holds nothing. */
const listRange = async (
  store: IDBObjectStore,
  { from = -Infinity, to, limit }: ListOptions = {},
): Promise<unknown[]> =>
  from > (to ?? Infinity) ? [] : answer(store.getAll(IDBKeyRange.bound(from, to ?? []), limit));

/** So many keys at a time: measured best, at half the time that the whole store takes. */
const PART = 200;

/**
 * A long store in parts, all asked for at once: the browser reads on while this thread decodes. Its keys leave no long
 * gaps: what is removed lies before all that stays.
 */
async function listInParts(store: IDBObjectStore): Promise<unknown[]> {
  const [first, last] = await Promise.all([edge(store), edge(store, "prev")]);
  const parts: Promise<unknown[]>[] = [];
  for (let from = first; from <= last; from += PART) {
    parts.push(listRange(store, { from, to: from + PART - 1 }));
  }
  return (await Promise.all(parts)).flat();
}

/** The store's first or last key; no number where it is empty. */
const edge = async (store: IDBObjectStore, direction?: IDBCursorDirection): Promise<number> =>
  Number((await answer(store.openKeyCursor(null, direction)))?.key);

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
