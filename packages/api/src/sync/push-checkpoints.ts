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
  /** Also of the devices that the requests name as former ones, where the server knows them: locked, too. */
  readonly known: ReadonlyMap<string, DeviceCheckpoint>;
  /** First verdicts of the operations pushed, as they are once the checkpoints are locked. */
  readonly stored: readonly StoredVerdict[];
}

interface PushedPart {
  readonly request: PushRequest;
  readonly ops: readonly PushOperation[];
}

/**
 * Locks the checkpoints of several pushes and reads what the verdicts depend on, in one round trip. A device's first push
 * creates it, unless it claims a history that the server does not have.
 */
export async function startPush<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  pushes: readonly PushedPart[],
): Promise<PushStart> {
  const requests = pushes.map(({ request }) => request);
  const operations = pushes.map(({ request, ops }) => ({ user: request.user, ops }));
  const [epoch, known, stored] = await inOneFlight(
    transaction.epoch(),
    transaction.lockDevices(pushes.flatMap((push) => [push.request.input.deviceId, ...formerOf(push)])),
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
    return { epoch, stored, checkpoints, known: await retireFormer(transaction, { pushes, checkpoints, known }) };
  }

  const devices = newcomers.map(({ user, input }) => ({ deviceId: input.deviceId, userId: user.id }));
  // Another transaction may create the same device first: what it left is seen only after its commit.
  const [, created, storedSince] = await inOneFlight(
    transaction.createDevices(devices),
    transaction.lockDevices(devices.map(({ deviceId }) => deviceId)),
    findByOperation(transaction, operations),
  );
  const all = new Map([...known, ...created]);
  const checkpoints = checkAll(all);
  const retired = await retireFormer(transaction, { pushes, checkpoints, known: all });
  return { epoch, stored: storedSince, checkpoints, known: retired };
}

/** The devices that a push names as former ones of its own. */
function formerOf({ request: { input }, ops }: PushedPart): readonly string[] {
  const named = [...(input.replaces ?? []), ...ops.flatMap(({ origin }) => origin?.deviceId ?? [])];
  return [...new Set(named)].filter((deviceId) => deviceId !== input.deviceId);
}

/**
 * Takes the ids that accepted devices had before out of use. What came by one of them until now has its verdicts, which
 * nobody can confirm any more, and its operations are known by their ids; what comes later is refused. Answers what is
 * known then: an id that the server had never seen, too.
 */
async function retireFormer<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  { pushes, checkpoints, known }: Pick<PushStart, "checkpoints" | "known"> & { readonly pushes: readonly PushedPart[] },
): Promise<ReadonlyMap<string, DeviceCheckpoint>> {
  const retired = pushes.flatMap((push, index) =>
    checkpoints[index] instanceof TidemarkError
      ? []
      : formerOf(push).map((deviceId) => {
          return { deviceId, userId: push.request.user.id, replacedBy: push.request.input.deviceId };
        }),
  );
  if (retired.length === 0) return known;
  const unseen = retired.map(({ deviceId }) => deviceId).filter((deviceId) => !known.has(deviceId));
  const [, made] = await inOneFlight(transaction.retireDevices(retired), transaction.lockDevices(unseen));
  return new Map([...known, ...made]);
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
