import { TidemarkError } from "../errors.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationVerdict, PushInput, PushOperation } from "./sync-protocol.ts";
import type { DeviceCheckpoint, StoredVerdict, SyncWriteTransaction } from "./sync-store.ts";
import { parseVerdict } from "./sync-store.ts";

/** What a push's operation is to the server, before anything is run. */
export type PlannedOperation =
  | { readonly kind: "new"; readonly operation: PushOperation }
  /** Its seq has a verdict; forgotten (`undefined`) once the device confirmed it. */
  | { readonly kind: "replayed"; readonly operation: PushOperation; readonly verdict: OperationVerdict | undefined }
  /** A new seq, but the person's operation of this id was applied under another device id. */
  | { readonly kind: "rekeyed"; readonly operation: PushOperation; readonly verdict: OperationVerdict };

/**
 * Sorts a batch into new and known operations against the locked checkpoint.
 * @throws TidemarkError `SEQUENCE_GAP` when the whole push, not only this batch, leaves a seq out.
 */
export async function planPush<Tx>({
  transaction,
  request,
  checkpoint,
  ops,
}: {
  readonly transaction: SyncWriteTransaction<Tx>;
  readonly request: { readonly user: SyncUser; readonly input: PushInput };
  readonly checkpoint: DeviceCheckpoint;
  readonly ops: readonly PushOperation[];
}): Promise<readonly PlannedOperation[]> {
  const { user, input } = request;
  refuseGap(input.ops, checkpoint.lastSeq);
  const isNew = newOperations(ops, checkpoint.lastSeq);
  const stored = await transaction.findVerdicts({
    bySeq: ops
      .filter((operation) => !isNew.has(operation) && operation.seq > checkpoint.ackSeq)
      .map(({ seq }) => ({ deviceId: checkpoint.deviceId, seq })),
    byOperation: [...isNew].map(({ id }) => ({ userId: user.id, operationId: id })),
  });
  const ownVerdicts = stored.filter(({ deviceId }) => deviceId === checkpoint.deviceId);
  return ops.map((operation) =>
    isNew.has(operation) ? planNew(operation, stored) : planReplay(operation, ownVerdicts),
  );
}

function planReplay(operation: PushOperation, ownVerdicts: readonly StoredVerdict[]): PlannedOperation {
  const found = ownVerdicts.find(({ seq }) => seq === operation.seq);
  return { kind: "replayed", operation, verdict: found && parseVerdict(found.text) };
}

function planNew(operation: PushOperation, stored: readonly StoredVerdict[]): PlannedOperation {
  const first = stored.find(({ operationId }) => operationId === operation.id);
  return first === undefined
    ? { kind: "new", operation }
    : { kind: "rekeyed", operation, verdict: parseVerdict(first.text) };
}

function refuseGap(ops: readonly PushOperation[], lastSeq: number): void {
  let expectedSeq = lastSeq + 1;
  for (const { seq } of ops) {
    if (seq > expectedSeq) {
      throw new TidemarkError("SEQUENCE_GAP", {
        message: `The push leaves out seq ${expectedSeq}; nothing was applied. Send again from seq ${lastSeq + 1}.`,
        details: { expectedSeq: lastSeq + 1 },
      });
    }
    if (seq === expectedSeq) expectedSeq += 1;
  }
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
