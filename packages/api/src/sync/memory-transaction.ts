import type { RowLocks } from "./memory-locks.ts";
import { createChangeReads, createChangeWrites, pruneChanges } from "./memory-changes.ts";
import { keyOf, overlayTable, type MemoryTables } from "./memory-tables.ts";
import type { SyncRow } from "./sync-contract.ts";
import type { NewVerdict, ParkedPosition, SyncReadTransaction, SyncWriteTransaction } from "./sync-store.ts";

/** Domain rows of a test contract, by entity: the `tx` that its policy and handlers get. */
export interface MemoryRows<Rows extends Record<string, SyncRow>> {
  get<Name extends keyof Rows & string>(entity: Name, id: string): Promise<Rows[Name] | undefined>;
  /** Reads a row and keeps it from changing until this transaction ends. */
  lock<Name extends keyof Rows & string>(entity: Name, id: string): Promise<Rows[Name] | undefined>;
  list<Name extends keyof Rows & string>(entity: Name): Promise<readonly Rows[Name][]>;
  put<Name extends keyof Rows & string>(entity: Name, row: Rows[Name]): Promise<void>;
  delete(entity: keyof Rows & string, id: string): Promise<void>;
}

class UniqueViolation extends Error {
  constructor(key: string) {
    super(`There is a first verdict for "${key}" already.`);
    this.name = "UniqueViolation";
  }
}

/** Stands for one open transaction in the lock table. */
export interface TransactionOwner {
  isOpen: boolean;
}

export function openWriteTransaction<Rows extends Record<string, SyncRow>>({
  owner,
  locks,
  epoch,
  committed,
  now,
}: {
  readonly owner: TransactionOwner;
  readonly locks: RowLocks<TransactionOwner>;
  readonly epoch: string;
  readonly committed: () => MemoryTables;
  /** ISO time. */
  readonly now: () => string;
}) {
  const devices = overlayTable(() => committed().devices);
  const verdicts = overlayTable(() => committed().verdicts);
  const firstVerdicts = overlayTable(() => committed().firstVerdicts);
  const parked = overlayTable(() => committed().parked);
  const versions = overlayTable(() => committed().versions);
  const changes = overlayTable(() => committed().changes);
  const scopes = overlayTable(() => committed().scopes);
  const rows = overlayTable(() => committed().rows);

  /**
   * Every statement begins here: waits for the rows it changes, in order, and fails once the transaction has ended. A
   * connection runs one statement at a time, so what is asked for at once waits one after the other.
   */
  const lock = (...keys: readonly string[]): Promise<void> => {
    const acquired = lastStatement.then(() => acquireAll(keys));
    lastStatement = acquired.catch(() => undefined);
    return acquired;
  };
  let lastStatement: Promise<unknown> = Promise.resolve();

  const acquireAll = async (keys: readonly string[]) => {
    for (const key of keys) await locks.acquire(owner, key);
    if (!owner.isOpen) throw new TypeError("The transaction has ended; await every statement inside it.");
  };

  const tx: MemoryRows<Rows> = {
    async get(entity, id) {
      await lock();
      return rows.get(keyOf(entity, id)) as Rows[typeof entity] | undefined;
    },
    async lock(entity, id) {
      await lock(keyOf("row", entity, id));
      return rows.get(keyOf(entity, id)) as Rows[typeof entity] | undefined;
    },
    async list(entity) {
      await lock();
      return listRows<Rows, typeof entity>(rows.entries(), entity);
    },
    async put(entity, row) {
      await lock(keyOf("row", entity, row.id));
      rows.set(keyOf(entity, row.id), { ...row });
    },
    async delete(entity, id) {
      await lock(keyOf("row", entity, id));
      rows.delete(keyOf(entity, id));
    },
  };

  const transaction: SyncWriteTransaction<MemoryRows<Rows>> = {
    tx,
    epoch: async () => epoch,
    async lockDevices(deviceIds) {
      const sorted = [...new Set(deviceIds)].toSorted();
      await lock(...sorted.map((id) => keyOf("device", id)));
      return new Map(
        sorted.flatMap((id) => {
          const checkpoint = devices.get(id);
          return checkpoint === undefined ? [] : [[id, checkpoint] as const];
        }),
      );
    },
    async createDevices(created) {
      await lock(...created.map(({ deviceId }) => keyOf("device", deviceId)).toSorted());
      for (const { deviceId, userId } of created) {
        if (devices.get(deviceId) === undefined)
          devices.set(deviceId, { deviceId, userId, lastSeq: 0, ackSeq: 0, replacedBy: null });
      }
    },
    async retireDevices(retired) {
      await lock(...retired.map(({ deviceId }) => keyOf("device", deviceId)).toSorted());
      for (const { deviceId, userId, replacedBy } of retired) {
        const known = devices.get(deviceId) ?? { deviceId, userId, lastSeq: 0, ackSeq: 0, replacedBy: null };
        if (known.userId === userId && known.replacedBy === null) devices.set(deviceId, { ...known, replacedBy });
      }
    },
    async findVerdicts({ bySeq, byOperation }) {
      await lock();
      const found = [
        ...bySeq.map(({ deviceId, seq }) => verdicts.get(keyOf(deviceId, seq))),
        ...byOperation.map(({ userId, operationId }) => firstVerdicts.get(keyOf(userId, operationId))),
      ];
      return [...new Set(found.filter((verdict) => verdict !== undefined))];
    },
    async parkOperations(operations) {
      await lock();
      for (const kept of operations) {
        // As JSON, like a database column: what a handler does with the arguments later must not show here.
        const operation = { ...kept.operation, args: JSON.parse(JSON.stringify(kept.operation.args)) as unknown };
        const place = { parkedAt: now(), seq: operation.seq };
        parked.set(keyOf(kept.deviceId, operation.seq), { ...kept, ...place, operation });
      }
    },
    async saveVerdicts(saved, progress) {
      const firsts = saved.filter(({ isFirst }) => isFirst);
      await lock(...firsts.map((verdict) => keyOf("first", firstKeyOf(verdict))).toSorted());
      for (const { isFirst, ...verdict } of saved) {
        verdicts.set(keyOf(verdict.deviceId, verdict.seq), verdict);
        if (!isFirst) continue;
        const key = firstKeyOf(verdict);
        if (firstVerdicts.get(key) !== undefined) throw new UniqueViolation(key);
        firstVerdicts.set(key, verdict);
      }
      for (const { deviceId, lastSeq, ackSeq } of progress) {
        const checkpoint = devices.get(deviceId);
        if (checkpoint !== undefined) devices.set(deviceId, { ...checkpoint, lastSeq });
        if (ackSeq !== undefined) forgetVerdicts(deviceId, ackSeq);
      }
    },
    async takeParked(after) {
      const next = [...parked.entries().values()]
        .filter((candidate) => after === undefined || positionOf(candidate) > positionOf(after))
        .toSorted((left, right) => (positionOf(left) < positionOf(right) ? -1 : 1))[0];
      if (next === undefined) return undefined;
      await lock(keyOf("parked", positionOf(next)));
      // Whoever had it before may have settled it meanwhile.
      return parked.get(keyOf(next.deviceId, next.seq)) ?? transaction.takeParked(next);
    },
    async noteParked({ deviceId, seq }, reason) {
      await lock();
      const kept = parked.get(keyOf(deviceId, seq));
      if (kept !== undefined) parked.set(keyOf(deviceId, seq), { ...kept, reason });
    },
    async removeParked({ deviceId, seq }) {
      await lock();
      parked.delete(keyOf(deviceId, seq));
    },
    ...createChangeWrites({ tables: { versions, changes, scopes }, lock, now }),
    // Nothing goes over a wire here, so a commit wins nothing by being early.
    seal: () => undefined,
  };

  const forgetVerdicts = (deviceId: string, ackSeq: number) => {
    const checkpoint = devices.get(deviceId);
    if (checkpoint === undefined || ackSeq <= checkpoint.ackSeq) return;
    const confirmed = Math.min(ackSeq, checkpoint.lastSeq);
    for (let seq = checkpoint.ackSeq + 1; seq <= confirmed; seq += 1) {
      const verdict = verdicts.get(keyOf(deviceId, seq));
      if (verdict === undefined) continue;
      verdicts.delete(keyOf(deviceId, seq));
      if (firstVerdicts.get(firstKeyOf(verdict)) === verdict) firstVerdicts.delete(firstKeyOf(verdict));
    }
    devices.set(deviceId, { ...checkpoint, ackSeq: confirmed });
  };

  return {
    transaction,
    /** Forgets the verdicts up to `ackSeq`; the row lock makes it wait for a push under way. */
    async acknowledge(deviceId: string, ackSeq: number) {
      await lock(keyOf("device", deviceId));
      forgetVerdicts(deviceId, ackSeq);
    },
    /** Forgets deletions of before an ISO time, once nobody writes to a scope. */
    async pruneDeletions(before: string) {
      await lock(...[...versions.entries().keys()].toSorted().map((scope) => keyOf("scope", scope)));
      return pruneChanges({ versions, changes, scopes }, before);
    },
    commitTo(tables: MemoryTables) {
      devices.commitTo(tables.devices);
      verdicts.commitTo(tables.verdicts);
      firstVerdicts.commitTo(tables.firstVerdicts);
      parked.commitTo(tables.parked);
      versions.commitTo(tables.versions);
      changes.commitTo(tables.changes);
      scopes.commitTo(tables.scopes);
      rows.commitTo(tables.rows);
    },
  };
}

export function openSnapshot<Rows extends Record<string, SyncRow>>(
  tables: MemoryTables,
  epoch: string,
): SyncReadTransaction<MemoryRows<Rows>> {
  const get: MemoryRows<Rows>["get"] = async (entity, id) =>
    tables.rows.get(keyOf(entity, id)) as Rows[typeof entity] | undefined;
  return {
    tx: {
      get,
      lock: get,
      list: async (entity) => listRows<Rows, typeof entity>(tables.rows, entity),
      put: readOnly,
      delete: readOnly,
    },
    epoch: async () => epoch,
    device: async (deviceId) => tables.devices.get(deviceId),
    ...createChangeReads(tables),
  };
}

const readOnly = () => Promise.reject(new TypeError("A snapshot is read-only."));

const firstKeyOf = ({ userId, operationId }: Pick<NewVerdict, "userId" | "operationId">) => keyOf(userId, operationId);

const positionOf = ({ parkedAt, deviceId, seq }: ParkedPosition) =>
  keyOf(parkedAt, deviceId, String(seq).padStart(16, "0"));

function listRows<Rows extends Record<string, SyncRow>, Name extends keyof Rows & string>(
  rows: ReadonlyMap<string, SyncRow>,
  entity: Name,
): readonly Rows[Name][] {
  const prefix = keyOf(entity, "");
  return [...rows].filter(([key]) => key.startsWith(prefix)).map(([, row]) => row as Rows[Name]);
}
