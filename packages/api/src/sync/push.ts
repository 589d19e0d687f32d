import { TidemarkError } from "../errors.ts";
import { HandlerRefusal, type OperationRunner } from "./operation-runner.ts";
import { planPush, type PlannedOperation } from "./push-plan.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { OperationResult, OperationVerdict, PushInput, PushOperation, PushOutput } from "./sync-protocol.ts";
import type { DeviceCheckpoint, NewVerdict, RowChange, SyncStore, SyncWriteTransaction } from "./sync-store.ts";
import { parseVerdict } from "./sync-store.ts";

/** Most operations in one transaction: a longer push holds the scopes it touches no longer than this. */
const MAX_TRANSACTION_OPERATIONS = 50;
/** How often a handler that throws is tried, each time in a transaction of its own, before its operation is parked. */
const MAX_HANDLER_ATTEMPTS = 5;
/** Longest reason kept with a parked operation, in UTF-16 code units. */
const MAX_REASON_LENGTH = 10_000;

interface PushRequest {
  readonly user: SyncUser;
  readonly input: PushInput;
}

/** One try at bringing operations to their verdicts. */
interface Attempt {
  readonly ops: readonly PushOperation[];
  /** The operation whose policy or handler is at work: the one to blame when the transaction fails now. */
  running: PushOperation | undefined;
  /** What the only operation's handler threw before: it is not run again, the verdict records the failure. */
  readonly failure?: unknown;
}

interface SettledBatch {
  readonly epoch: string;
  readonly checkpoint: DeviceCheckpoint;
  readonly lastSeq: number;
  readonly results: readonly OperationResult[];
}

export function createPush<Tx>(deps: { readonly store: SyncStore<Tx>; readonly runner: OperationRunner<Tx> }) {
  const { store, runner } = deps;

  return async function push(user: SyncUser, input: PushInput): Promise<PushOutput> {
    const request = { user, input };
    const results: OperationResult[] = [];
    let settled: SettledBatch | undefined;
    for (const ops of chunk(input.ops, MAX_TRANSACTION_OPERATIONS)) {
      settled = await applyBatch(request, ops);
      results.push(...settled.results);
    }
    settled ??= await store.write((transaction) => settle(transaction, request, { ops: [], running: undefined }));
    if (input.ackSeq !== undefined && input.ackSeq > settled.checkpoint.ackSeq) {
      await store.acknowledge({ deviceId: input.deviceId, ackSeq: input.ackSeq });
    }
    return { epoch: settled.epoch, lastSeq: settled.lastSeq, results };
  };

  /** The fast road: one transaction without savepoints. Anything that spoils it sends the batch down the slow road. */
  async function applyBatch(request: PushRequest, ops: readonly PushOperation[]): Promise<SettledBatch> {
    const attempt: Attempt = { ops, running: undefined };
    try {
      return await store.write((transaction) => settle(transaction, request, attempt));
    } catch (error) {
      if (failsWholePush(error)) throw error;
      return applyOneByOne(request, ops, attempt.running);
    }
  }

  /** The slow road: a transaction per operation, so that what fails is undone alone and its neighbours go on. */
  async function applyOneByOne(
    request: PushRequest,
    ops: readonly PushOperation[],
    failedOnce: PushOperation | undefined,
  ): Promise<SettledBatch> {
    const results: OperationResult[] = [];
    let settled: SettledBatch | undefined;
    for (const operation of ops) {
      settled = await applyOne(request, operation, operation === failedOnce ? 1 : 0);
      results.push(...settled.results);
    }
    if (settled === undefined) throw new TypeError("A batch without operations has no slow road.");
    return { ...settled, results };
  }

  async function applyOne(
    request: PushRequest,
    operation: PushOperation,
    failedAttempts: number,
  ): Promise<SettledBatch> {
    const ops = [operation];
    let failure: unknown;
    for (let failed = failedAttempts; failed < MAX_HANDLER_ATTEMPTS; failed += 1) {
      try {
        return await store.write((transaction) => settle(transaction, request, { ops, running: undefined }));
      } catch (error) {
        if (failsWholePush(error)) throw error;
        failure = error ?? new TypeError("The handler threw nothing at all.");
        if (error instanceof HandlerRefusal) break;
      }
    }
    return store.write((transaction) => settle(transaction, request, { ops, running: undefined, failure }));
  }

  /** Brings operations to their verdicts inside one transaction. */
  async function settle(
    transaction: SyncWriteTransaction<Tx>,
    request: PushRequest,
    attempt: Attempt,
  ): Promise<SettledBatch> {
    const { ops, failure } = attempt;
    const { deviceId, pending, contract } = request.input;
    const epoch = await transaction.epoch();
    const checkpoint = await lockCheckpoint(transaction, request);
    const plan = await planPush({ transaction, request, checkpoint, ops });
    const verdicts: NewVerdict[] = [];
    const changes: RowChange[] = [];
    const results: OperationResult[] = [];
    for (const planned of plan) {
      const { result, isFirst } = await settleOperation(planned);
      results.push(result);
      if (planned.kind === "replayed") continue;
      verdicts.push(toNewVerdict(request, result, isFirst));
    }
    const lastSeq = verdicts.at(-1)?.seq ?? checkpoint.lastSeq;
    await transaction.saveVerdicts(verdicts, [{ deviceId, lastSeq, pending, contract }]);
    await transaction.recordChanges(changes);
    return { epoch, checkpoint, lastSeq, results };

    async function settleOperation(planned: PlannedOperation): Promise<{ result: OperationResult; isFirst: boolean }> {
      const { operation } = planned;
      const inThisBatch = verdicts.find(({ seq, operationId, isFirst }) =>
        planned.kind === "new" ? isFirst && operationId === operation.id : seq === operation.seq,
      );
      if (inThisBatch !== undefined) {
        return { result: duplicateOf(operation, parseVerdict(inThisBatch.text)), isFirst: false };
      }
      if (planned.kind !== "new") return { result: duplicateOf(operation, planned.verdict), isFirst: false };
      if (failure !== undefined) {
        return { result: await recordFailure(operation), isFirst: true };
      }
      attempt.running = operation;
      const outcome = await runner.run({ ...operation, tx: transaction.tx, user: request.user });
      attempt.running = undefined;
      if (outcome.refusal !== undefined) return { result: rejectedVerdict(operation, outcome.refusal), isFirst: true };
      changes.push(...outcome.changes);
      return { result: { id: operation.id, seq: operation.seq, status: "applied" }, isFirst: true };
    }

    async function recordFailure(operation: PushOperation): Promise<OperationVerdict> {
      if (failure instanceof HandlerRefusal) return rejectedVerdict(operation, failure.refusal);
      await transaction.parkOperations([
        { userId: request.user.id, deviceId, operation, reason: describeFailure(failure) },
      ]);
      return parkedVerdict(operation);
    }
  }
}

/**
 * Whether a failure is no operation's own: the request is refused or the database is away. `INTERNAL` is what a handler
 * may throw for a fault of its own, and parks its operation like any other exception.
 */
function failsWholePush(error: unknown): boolean {
  return error instanceof TidemarkError && error.code !== "INTERNAL";
}

/** The device's checkpoint, locked; its first push creates it, unless it claims a history that the server does not have. */
async function lockCheckpoint<Tx>(transaction: SyncWriteTransaction<Tx>, { user, input }: PushRequest) {
  const { deviceId, ackSeq = 0, ops } = input;
  let checkpoint = (await transaction.lockDevices([deviceId])).get(deviceId);
  const isNewcomer = (ops[0]?.seq ?? 1) === 1;
  if (checkpoint === undefined && isNewcomer) {
    await transaction.createDevices([{ deviceId, userId: user.id }]);
    checkpoint = (await transaction.lockDevices([deviceId])).get(deviceId);
  }
  if (checkpoint === undefined) {
    throw new TidemarkError("RESET_REQUIRED", {
      message: "The server does not know this device: take a new device id, keep the queue, pull with cursor null.",
    });
  }
  if (checkpoint.userId !== user.id) {
    throw new TidemarkError("FORBIDDEN", { message: "This device id belongs to another person; take a new one." });
  }
  if (ackSeq > checkpoint.lastSeq) {
    throw new TidemarkError("RESET_REQUIRED", {
      message: `The device confirms verdicts up to ${ackSeq}, the server gave ${checkpoint.lastSeq}: take a new device id.`,
    });
  }
  return checkpoint;
}

function duplicateOf({ id, seq }: PushOperation, verdict: OperationVerdict | undefined): OperationResult {
  return { id, seq, status: "duplicate", ...(verdict !== undefined && { of: verdict }) };
}

function rejectedVerdict({ id, seq }: PushOperation, { code, message }: TidemarkError): OperationVerdict {
  return { id, seq, status: "rejected", error: { code, message } };
}

function parkedVerdict({ id, seq }: PushOperation): OperationVerdict {
  const message = "The server failed on this operation and has kept it; it will be run again once the fault is mended.";
  return { id, seq, status: "parked", error: { code: "INTERNAL", message } };
}

/** A failure as text for operators; it may quote arguments, and a column takes neither NUL nor half a surrogate pair. */
function describeFailure(failure: unknown): string {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return text.slice(0, MAX_REASON_LENGTH).replaceAll("\0", "\\0").toWellFormed();
}

function toNewVerdict({ user, input }: PushRequest, result: OperationResult, isFirst: boolean): NewVerdict {
  const { id, seq } = result;
  const verdict = result.status === "duplicate" ? result.of : result;
  const text = JSON.stringify(verdict ?? { id, seq, status: "applied" });
  return { userId: user.id, deviceId: input.deviceId, seq, operationId: id, text, isFirst };
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
