import { TidemarkError } from "../errors.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationVerdict, PushOperation } from "./sync-protocol.ts";
import type { DeviceCheckpoint, StoredVerdict, SyncWriteTransaction } from "./sync-store.ts";
import { parseVerdict } from "./sync-store.ts";

/** What a push's operation is to the server, before anything is run. */
export type PlannedOperation = {
  readonly operation: PushOperation;
  /** Its place in a former device's queue, where that is free yet: its verdict takes that one, too. */
  readonly origin?: Place;
} & (
  | { readonly kind: "new" }
  /** Its seq has a verdict; forgotten (`undefined`) once the device confirmed it. */
  | { readonly kind: "replayed"; readonly verdict: OperationVerdict | undefined }
  /** A new seq, but the person's operation has its verdict under another device id; forgotten once that one confirmed it. */
  | { readonly kind: "rekeyed"; readonly verdict: OperationVerdict | undefined }
);

type Place = NonNullable<PushOperation["origin"]>;

/** A batch of one device's operations, its checkpoint locked. */
export interface CheckpointedBatch {
  readonly user: SyncUser;
  readonly checkpoint: DeviceCheckpoint;
  readonly ops: readonly PushOperation[];
}

/**
 * Looks for the verdicts that a push of new operations may meet: those of other devices, by operation id. It needs no
 * checkpoint, so it may be under way while the checkpoints are being locked.
 */
export function findByOperation<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  pushes: readonly Pick<CheckpointedBatch, "user" | "ops">[],
): Promise<readonly StoredVerdict[]> {
  const byOperation = pushes.flatMap(({ user, ops }) => ops.map(({ id }) => ({ userId: user.id, operationId: id })));
  return transaction.findVerdicts({ bySeq: [], byOperation });
}

/**
 * Sorts batches into new and known operations; one plan a batch, in order. `stored` is what `findByOperation` found once
 * the checkpoints were locked, `known` are those of former devices, too; replayed operations and those that name an origin
 * cost a look of their own.
 */
export async function planPush<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  batches: readonly CheckpointedBatch[],
  {
    stored,
    known,
  }: { readonly stored: readonly StoredVerdict[]; readonly known: ReadonlyMap<string, DeviceCheckpoint> },
): Promise<readonly (readonly PlannedOperation[])[]> {
  const sorted = batches.map((batch) => ({ ...batch, isNew: newOperations(batch.ops, batch.checkpoint.lastSeq) }));
  const bySeq = sorted.flatMap(({ ops, isNew, checkpoint }) =>
    ops.flatMap((operation): Place | readonly Place[] => {
      if (isNew.has(operation)) return formerOf(operation, checkpoint, known) ? (operation.origin ?? []) : [];
      return operation.seq > checkpoint.ackSeq ? { deviceId: checkpoint.deviceId, seq: operation.seq } : [];
    }),
  );
  const found = bySeq.length === 0 ? [] : await transaction.findVerdicts({ bySeq, byOperation: [] });
  const places = new Map(found.map((verdict) => [placeKeyOf(verdict), verdict]));
  const firsts = new Map(stored.map((verdict) => [firstKeyOf(verdict), verdict]));
  return sorted.map(({ ops, isNew, user, checkpoint }) =>
    ops.map((operation) => {
      const { id, seq, origin } = operation;
      if (!isNew.has(operation)) {
        const own = places.get(placeKeyOf({ deviceId: checkpoint.deviceId, seq }));
        return { kind: "replayed", operation, verdict: own && parseVerdict(own.text) };
      }
      return planNew(operation, {
        first: firsts.get(firstKeyOf({ userId: user.id, operationId: id })),
        former: formerOf(operation, checkpoint, known),
        there: origin && places.get(placeKeyOf(origin)),
      });
    }),
  );
}

const firstKeyOf = ({ userId, operationId }: Pick<StoredVerdict, "userId" | "operationId">) =>
  `${userId} ${operationId}`;

const placeKeyOf = ({ deviceId, seq }: Place) => `${deviceId} ${seq}`;

/** The device that an operation comes from: another one of the same person's. What is anybody else's says nothing. */
function formerOf(
  { origin }: PushOperation,
  { userId, deviceId }: DeviceCheckpoint,
  known: ReadonlyMap<string, DeviceCheckpoint>,
): DeviceCheckpoint | undefined {
  const former = origin && known.get(origin.deviceId);
  return former?.userId === userId && former.deviceId !== deviceId ? former : undefined;
}

function planNew(
  operation: PushOperation,
  {
    first,
    former,
    there,
  }: {
    readonly first: StoredVerdict | undefined;
    readonly former: DeviceCheckpoint | undefined;
    /** At the operation's origin. */
    readonly there: StoredVerdict | undefined;
  },
): PlannedOperation {
  const { id, origin } = operation;
  if (origin === undefined || former === undefined) return withVerdict(operation, first);
  if (there === undefined && origin.seq > former.lastSeq) return { ...withVerdict(operation, first), origin };
  // A verdict of another operation there: the name is wrong, as after a copied profile, and the operation not settled.
  const settled = there?.operationId === id ? there : undefined;
  if (first === undefined && there === undefined) return { kind: "rekeyed", operation, verdict: undefined };
  return withVerdict(operation, first ?? settled);
}

const withVerdict = (operation: PushOperation, found: StoredVerdict | undefined): PlannedOperation =>
  found === undefined ? { kind: "new", operation } : { kind: "rekeyed", operation, verdict: parseVerdict(found.text) };

/** The refusal of a push that leaves a seq out anywhere in it, or `undefined`. */
export function refuseGap(ops: readonly PushOperation[], lastSeq: number): TidemarkError | undefined {
  let expectedSeq = lastSeq + 1;
  for (const { seq } of ops) {
    if (seq > expectedSeq) {
      return new TidemarkError("SEQUENCE_GAP", {
        message: `The push leaves out seq ${expectedSeq}; nothing was applied. Send again from seq ${lastSeq + 1}.`,
        details: { expectedSeq: lastSeq + 1 },
      });
    }
    if (seq === expectedSeq) expectedSeq += 1;
  }
  return undefined;
}

/** The operations that take the next seqs, in order; all others repeat a seq that has its verdict. */
function newOperations(ops: readonly PushOperation[], lastSeq: number): ReadonlySet<PushOperation> {
  let nextSeq = lastSeq + 1;
  const found = new Set<PushOperation>();
  for (const operation of ops) {
    if (operation.seq !== nextSeq) continue;
    found.add(operation);
    nextSeq += 1;
  }
  return found;
}
