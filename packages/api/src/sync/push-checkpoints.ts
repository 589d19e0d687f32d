import { TidemarkError } from "../errors.ts";
import type { SyncUser } from "./sync-policy.ts";
import { inOneFlight } from "./flight.ts";
import type { PushInput, PushOperation } from "./sync-protocol.ts";
import { findByOperation, refuseGap } from "./push-plan.ts";
import type { DeviceCheckpoint, StoredVerdict, SyncWriteTransaction } from "./sync-store.ts";

export interface PushRequest {
  readonly user: SyncUser;
  readonly input: PushInput;
}

/** What a push finds when its transaction begins. */
export interface PushStart {
  readonly epoch: string;
  /** One a request, in order, locked to the commit. */
  readonly checkpoints: readonly (DeviceCheckpoint | TidemarkError)[];
  /** First verdicts of the operations pushed, as they are once the checkpoints are locked. */
  readonly stored: readonly StoredVerdict[];
}

/**
 * Locks the checkpoints of several pushes and reads what the verdicts depend on, in one round trip. A device's first push
 * creates it, unless it claims a history that the server does not have.
 */
export async function startPush<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  pushes: readonly { readonly request: PushRequest; readonly ops: readonly PushOperation[] }[],
): Promise<PushStart> {
  const requests = pushes.map(({ request }) => request);
  const operations = pushes.map(({ request, ops }) => ({ user: request.user, ops }));
  const [epoch, known, stored] = await inOneFlight(
    transaction.epoch(),
    transaction.lockDevices(requests.flatMap(({ input: { deviceId, replaces = [] } }) => [deviceId, ...replaces])),
    findByOperation(transaction, operations),
  );
  const checkAll = (checkpoints: ReadonlyMap<string, DeviceCheckpoint>) =>
    requests.map((request) => refuseForeignEpoch(request, epoch) ?? check(request, checkpoints));
  const newcomers = requests.filter(
    (request) =>
      !known.has(request.input.deviceId) && isNewcomer(request) && refuseForeignEpoch(request, epoch) === undefined,
  );
  if (newcomers.length === 0) {
    const checkpoints = checkAll(known);
    await retireReplaced(transaction, requests, checkpoints);
    return { epoch, stored, checkpoints };
  }

  const devices = newcomers.map(({ user, input }) => ({ deviceId: input.deviceId, userId: user.id }));
  // Another transaction may create the same device first: what it left is seen only after its commit.
  const [, created, storedSince] = await inOneFlight(
    transaction.createDevices(devices),
    transaction.lockDevices(devices.map(({ deviceId }) => deviceId)),
    findByOperation(transaction, operations),
  );
  const checkpoints = checkAll(new Map([...known, ...created]));
  await retireReplaced(transaction, requests, checkpoints);
  return { epoch, stored: storedSince, checkpoints };
}

/**
 * Takes the ids that accepted devices had before out of use. What came by one of them until now has its verdicts, which
 * nobody can confirm any more, and its operations are known by their ids; what comes later is refused.
 */
async function retireReplaced<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  requests: readonly PushRequest[],
  checkpoints: readonly (DeviceCheckpoint | TidemarkError)[],
): Promise<void> {
  const retired = requests.flatMap(({ user, input: { deviceId, replaces = [] } }, index) =>
    checkpoints[index] instanceof TidemarkError
      ? []
      : replaces
          .filter((replaced) => replaced !== deviceId)
          .map((replaced) => ({ deviceId: replaced, userId: user.id, replacedBy: deviceId })),
  );
  if (retired.length > 0) await transaction.retireDevices(retired);
}

/** A push that was sent before a restore and arrives after it: its device goes on under another id by now. */
function refuseForeignEpoch({ input }: PushRequest, epoch: string): TidemarkError | undefined {
  if (input.epoch === undefined || input.epoch === epoch) return undefined;
  return new TidemarkError("RESET_REQUIRED", {
    message: "The database is another than the one the device knows: take a new device id, keep the queue, pull anew.",
  });
}

function isNewcomer({ input: { ackSeq = 0, ops } }: PushRequest): boolean {
  return ackSeq === 0 && (ops[0]?.seq ?? 1) === 1;
}

function check(
  { user, input }: PushRequest,
  checkpoints: ReadonlyMap<string, DeviceCheckpoint>,
): DeviceCheckpoint | TidemarkError {
  const { deviceId, ackSeq = 0 } = input;
  const checkpoint = checkpoints.get(deviceId);
  if (checkpoint === undefined) {
    return new TidemarkError("RESET_REQUIRED", {
      message: "The server does not know this device: take a new device id, keep the queue, pull with cursor null.",
    });
  }
  if (checkpoint.userId !== user.id) {
    return new TidemarkError("FORBIDDEN", { message: "This device id belongs to another person; take a new one." });
  }
  if (checkpoint.replacedBy !== null) {
    return new TidemarkError("RESET_REQUIRED", {
      message:
        "Another device id has taken over this one's queue: take a new one, keep the queue, pull with cursor null.",
    });
  }
  if (ackSeq > checkpoint.lastSeq) {
    return new TidemarkError("RESET_REQUIRED", {
      message: `The device confirms verdicts up to ${ackSeq}, the server gave ${checkpoint.lastSeq}: take a new device id.`,
    });
  }
  return refuseGap(input.ops, checkpoint.lastSeq) ?? checkpoint;
}
