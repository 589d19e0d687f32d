import { TidemarkError } from "../errors.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationVerdict, PushOperation } from "./sync-protocol.ts";
import type { DeviceCheckpoint, StoredVerdict, SyncWriteTransaction } from "./sync-store.ts";
import { parseVerdict } from "./sync-store.ts";

/** What a push's operation is to the server, before anything is run. */
export type PlannedOperation =
  | { readonly kind: "new"; readonly operation: PushOperation }
  /** Its seq has a verdict; forgotten (`undefined`) once the device confirmed it. */
  | { readonly kind: "replayed"; readonly operation: PushOperation; readonly verdict: OperationVerdict | undefined }
  /** A new seq, but the person's operation of this id was applied under another device id. */
  | { readonly kind: "rekeyed"; readonly operation: PushOperation; readonly verdict: OperationVerdict };

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
 * the checkpoints were locked; replayed operations cost a look of their own.
 */
export async function planPush<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  batches: readonly CheckpointedBatch[],
  stored: readonly StoredVerdict[],
): Promise<readonly (readonly PlannedOperation[])[]> {
  const sorted = batches.map((batch) => ({ ...batch, isNew: newOperations(batch.ops, batch.checkpoint.lastSeq) }));
  const bySeq = sorted.flatMap(({ ops, isNew, checkpoint }) =>
    ops
      .filter((operation) => !isNew.has(operation) && operation.seq > checkpoint.ackSeq)
      .map(({ seq }) => ({ deviceId: checkpoint.deviceId, seq })),
  );
  const replayed = bySeq.length === 0 ? [] : await transaction.findVerdicts({ bySeq, byOperation: [] });
  const firsts = new Map(stored.map((verdict) => [firstKeyOf(verdict), verdict]));
  return sorted.map(({ ops, isNew, user, checkpoint }) => {
    const ofDevice = replayed.filter(({ deviceId }) => deviceId === checkpoint.deviceId);
    return ops.map((operation) =>
      isNew.has(operation)
        ? planNew(operation, firsts.get(firstKeyOf({ userId: user.id, operationId: operation.id })))
        : planReplay(operation, ofDevice),
    );
  });
}

const firstKeyOf = ({ userId, operationId }: Pick<StoredVerdict, "userId" | "operationId">) =>
  `${userId} ${operationId}`;

function planReplay(operation: PushOperation, ownVerdicts: readonly StoredVerdict[]): PlannedOperation {
  const found = ownVerdicts.find(({ seq }) => seq === operation.seq);
  return { kind: "replayed", operation, verdict: found && parseVerdict(found.text) };
}

function planNew(operation: PushOperation, first: StoredVerdict | undefined): PlannedOperation {
  return first === undefined
    ? { kind: "new", operation }
    : { kind: "rekeyed", operation, verdict: parseVerdict(first.text) };
}

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
