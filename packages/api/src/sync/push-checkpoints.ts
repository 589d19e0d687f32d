import { TidemarkError } from "../errors.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { PushInput } from "./sync-protocol.ts";
import { refuseGap } from "./push-plan.ts";
import type { DeviceCheckpoint, SyncWriteTransaction } from "./sync-store.ts";

export interface PushRequest {
  readonly user: SyncUser;
  readonly input: PushInput;
}

/**
 * The checkpoints of several pushes, locked to the commit, one outcome a request in order. A device's first push creates
 * it, unless it claims a history that the server does not have.
 */
export async function lockCheckpoints<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  requests: readonly PushRequest[],
): Promise<readonly (DeviceCheckpoint | TidemarkError)[]> {
  const deviceIds = requests.map(({ input }) => input.deviceId);
  const known = await transaction.lockDevices(deviceIds);
  const newcomers = requests.filter((request) => !known.has(request.input.deviceId) && isNewcomer(request));
  if (newcomers.length === 0) return requests.map((request) => check(request, known));
  await transaction.createDevices(newcomers.map(({ user, input }) => ({ deviceId: input.deviceId, userId: user.id })));
  const created = await transaction.lockDevices(newcomers.map(({ input }) => input.deviceId));
  return requests.map((request) => check(request, new Map([...known, ...created])));
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
  if (ackSeq > checkpoint.lastSeq) {
    return new TidemarkError("RESET_REQUIRED", {
      message: `The device confirms verdicts up to ${ackSeq}, the server gave ${checkpoint.lastSeq}: take a new device id.`,
    });
  }
  return refuseGap(input.ops, checkpoint.lastSeq) ?? checkpoint;
}
