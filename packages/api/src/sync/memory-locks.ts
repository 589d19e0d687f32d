/** Two transactions that wait for each other; the one that would close the circle is told. */
export class Deadlock extends Error {
  constructor(key: string) {
    super(`Waiting for "${key}" would wait for ever.`);
    this.name = "Deadlock";
  }
}

export interface RowLocks<Owner> {
  /**
   * Resolves once `owner` holds the lock; a lock that it holds already is granted at once.
   * @throws Deadlock when the holder waits, directly or not, for `owner`.
   */
  acquire(owner: Owner, key: string): Promise<void>;
  /** Gives up everything that `owner` holds; each lock goes to who has waited longest. */
  releaseAll(owner: Owner): void;
}

/** Row locks as Postgres has them: held to the end of the transaction, first come, first served. No timers. */
export function createRowLocks<Owner>(): RowLocks<Owner> {
  interface Lock {
    owner: Owner;
    readonly waiting: { readonly owner: Owner; readonly grant: () => void }[];
  }
  const locks = new Map<string, Lock>();
  const waitsFor = new Map<Owner, Lock>();

  const closesCircle = (owner: Owner, lock: Lock): boolean => {
    for (let next: Lock | undefined = lock; next !== undefined; next = waitsFor.get(next.owner)) {
      if (next.owner === owner) return true;
    }
    return false;
  };

  return {
    async acquire(owner, key) {
      const lock = locks.get(key);
      if (lock === undefined) {
        locks.set(key, { owner, waiting: [] });
        return;
      }
      if (lock.owner === owner) return;
      if (closesCircle(owner, lock)) throw new Deadlock(key);
      waitsFor.set(owner, lock);
      await new Promise<void>((grant) => lock.waiting.push({ owner, grant }));
    },
    releaseAll(owner) {
      for (const [key, lock] of locks) {
        if (lock.owner !== owner) continue;
        const next = lock.waiting.shift();
        if (next === undefined) {
          locks.delete(key);
          continue;
        }
        lock.owner = next.owner;
        waitsFor.delete(next.owner);
        next.grant();
      }
    },
  };
}
