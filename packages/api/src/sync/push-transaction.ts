import { TidemarkError } from "../errors.ts";
import { inOneFlight } from "./flight.ts";
import type { VerdictConflict } from "./operation-outcome.ts";
import type { OperationRunner, RunnableOperation } from "./operation-runner.ts";
import { startPush, type PushRequest, type PushStart } from "./push-checkpoints.ts";
import { planPush, type PlannedOperation } from "./push-plan.ts";
import {
  ConflictRefusal,
  describeFailure,
  duplicateOf,
  parkedVerdict,
  refusalOf,
  rejectedVerdict,
} from "./push-verdicts.ts";
import { lockRowViews, type RowViews } from "./row-views.ts";
import type { OperationResult, OperationVerdict, PushOperation } from "./sync-protocol.ts";
import type { DeviceCheckpoint, DeviceProgress, NewVerdict, RowChange, SyncWriteTransaction } from "./sync-store.ts";
import { parseVerdict } from "./sync-store.ts";

/** Operations of one push on their way to their verdicts. */
export interface PushBatch {
  readonly request: PushRequest;
  readonly ops: readonly PushOperation[];
  /** What was decided outside: these are not run (again), their verdict records the failure. */
  readonly failures: Map<PushOperation, unknown>;
}

export interface SettledBatch {
  readonly epoch: string;
  readonly checkpoint: DeviceCheckpoint;
  readonly lastSeq: number;
  readonly results: readonly OperationResult[];
  /** The scope that the batch wrote to last, if it wrote. */
  readonly scope: string | undefined;
}

/** One operation's own failure, which spoils the transaction that it ran in. */
export class OperationFailure extends Error {
  readonly operation: PushOperation;
  readonly failure: unknown;

  constructor(operation: PushOperation, failure: unknown) {
    super(`Operation ${operation.name} (${operation.id}) failed.`, { cause: failure });
    this.name = "OperationFailure";
    this.operation = operation;
    this.failure = failure;
  }
}

/** An operation of the transaction, with the verdict it has or will have. */
interface Entry {
  readonly batch: CheckedBatch;
  readonly planned: PlannedOperation;
  /** Set for what is to be run. */
  prepared?: RunnableOperation;
  /** An earlier entry with the same operation id or seq, whose verdict this one repeats. */
  original?: Entry;
  verdict?: OperationVerdict;
  changes: readonly RowChange[];
}

interface CheckedBatch extends PushBatch {
  readonly checkpoint: DeviceCheckpoint;
}

/**
 * Brings the batches of several devices to their verdicts inside one transaction: one statement each for checkpoints,
 * known verdicts, new verdicts and changes, however many devices take part. One outcome a batch, in order.
 * @throws OperationFailure when an operation spoils the transaction for all.
 */
export async function settleTogether<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  batches: readonly PushBatch[],
  runner: OperationRunner<Tx>,
): Promise<readonly (SettledBatch | TidemarkError)[]> {
  const { epoch, checkpoints, ...found } = await startPush(transaction, batches);
  const checked: CheckedBatch[] = [];
  const outcomes = batches.map((batch, index) => {
    const checkpoint = checkpoints[index];
    if (checkpoint instanceof TidemarkError || checkpoint === undefined) return checkpoint;
    const accepted: CheckedBatch = { ...batch, checkpoint };
    checked.push(accepted);
    return accepted;
  });

  const entries = await planEntries(transaction, checked, found);
  await runEntries({ transaction, entries, runner });
  const written = inOneFlight(
    saveVerdicts(transaction, checked, entries),
    transaction.recordChanges(entries.flatMap(({ changes }) => changes)),
  );
  // A push that is refused may yet have to be undone, the device that it made with it.
  if (checked.length === batches.length) transaction.seal();
  await written;

  return outcomes.map((outcome) => {
    if (outcome instanceof TidemarkError) return outcome;
    if (outcome === undefined) throw new TypeError("A batch has no checkpoint.");
    const own = entries.filter(({ batch }) => batch === outcome);
    return {
      epoch,
      checkpoint: outcome.checkpoint,
      lastSeq: lastSeqOf(outcome, own),
      results: own.map(resultOf),
      scope: own.findLast(({ changes }) => changes.length > 0)?.changes.at(-1)?.scope,
    };
  });
}

async function planEntries<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  batches: readonly CheckedBatch[],
  found: Pick<PushStart, "stored" | "known">,
): Promise<Entry[]> {
  const plans = await planPush(
    transaction,
    batches.map((batch) => ({ user: batch.request.user, checkpoint: batch.checkpoint, ops: batch.ops })),
    found,
  );
  const byOperation = new Map<string, Entry>();
  const bySeq = new Map<string, Entry>();
  return batches.flatMap((batch, index) =>
    (plans[index] ?? []).map((planned) => {
      const { id, seq } = planned.operation;
      const operationKey = `${batch.request.user.id} ${id}`;
      const seqKey = `${batch.checkpoint.deviceId} ${seq}`;
      const original = planned.kind === "new" ? byOperation.get(operationKey) : bySeq.get(seqKey);
      const entry: Entry = { batch, planned, changes: [], ...(original !== undefined && { original }) };
      if (planned.kind !== "replayed" && !bySeq.has(seqKey)) bySeq.set(seqKey, entry);
      if (planned.kind === "new" && original === undefined) byOperation.set(operationKey, entry);
      return entry;
    }),
  );
}

const isToBeRun = ({ planned, original }: Entry) => planned.kind === "new" && original === undefined;

async function runEntries<Tx>({
  transaction,
  entries,
  runner,
}: {
  readonly transaction: SyncWriteTransaction<Tx>;
  readonly entries: readonly Entry[];
  readonly runner: OperationRunner<Tx>;
}): Promise<void> {
  for (const entry of entries.filter(isToBeRun)) {
    const { operation } = entry.planned;
    const { failures } = entry.batch;
    if (failures.has(operation)) entry.verdict = await recordFailure(transaction, entry, failures.get(operation));
    else await prepare(entry, runner);
  }
  const views = await lockRowViews(
    transaction,
    entries.filter(comparesRow).flatMap(({ prepared }) => prepared ?? []),
  );
  for (const wave of wavesOf(entries)) await runWave({ transaction, wave, runner, views });
}

/** Without a `base` nothing conflicts, and no row need be read. */
function comparesRow({ prepared, planned }: Entry): boolean {
  return planned.operation.base !== undefined || prepared?.name === "conflict.dismiss";
}

async function prepare<Tx>(entry: Entry, runner: OperationRunner<Tx>): Promise<void> {
  const { operation } = entry.planned;
  const prepared = await runner.prepare(operation);
  if (prepared instanceof TidemarkError) refuse(entry, prepared);
  else entry.prepared = prepared;
}

/**
 * Runs of operations that may be under way at once: a connection then carries their statements back to back instead of
 * one round trip after another. An operation without a key of independence runs alone.
 */
function wavesOf(entries: readonly Entry[]): Entry[][] {
  const waves: Entry[][] = [];
  let keys = new Set<string>();
  for (const entry of entries) {
    if (entry.prepared === undefined) continue;
    const key = entry.prepared.independenceKey;
    const wave = waves.at(-1);
    if (wave !== undefined && key !== undefined && keys.size > 0 && !keys.has(key)) {
      wave.push(entry);
      keys.add(key);
      continue;
    }
    waves.push([entry]);
    keys = new Set(key === undefined ? [] : [key]);
  }
  return waves;
}

async function runWave<Tx>({
  transaction,
  wave,
  runner,
  views,
}: {
  readonly transaction: SyncWriteTransaction<Tx>;
  readonly wave: readonly Entry[];
  readonly runner: OperationRunner<Tx>;
  readonly views: RowViews;
}): Promise<void> {
  let first: OperationFailure | undefined;
  // All are awaited before a failure goes on: no statement may follow the rollback.
  await Promise.all(
    wave.map(async (entry) => {
      try {
        await run(entry);
      } catch (error) {
        // What fails after the first fails because of it: the transaction is broken by then.
        first ??= error instanceof OperationFailure ? error : new OperationFailure(entry.planned.operation, error);
      }
    }),
  );
  if (first === undefined) return;
  if (first.failure instanceof TidemarkError && first.failure.code === "UNAVAILABLE") throw first.failure;
  throw first;

  async function run(entry: Entry): Promise<void> {
    const { prepared, batch, planned } = entry;
    if (prepared === undefined) return;
    const { id, seq, base } = planned.operation;
    const { user, input } = batch.request;
    const row = views.of(prepared);
    const outcome = await runner.run({ prepared, tx: transaction.tx, user, deviceId: input.deviceId, base, row });
    const { conflict } = outcome;
    if (outcome.refusal !== undefined) {
      refuse(entry, outcome.refusal, conflict);
      return;
    }
    views.note(outcome.changes);
    entry.changes = outcome.changes;
    entry.verdict = { id, seq, ...(conflict === undefined ? { status: "applied" } : { status: "merged", conflict }) };
  }
}

/** A refusal is a verdict; inside a group it takes the others along, so the transaction cannot go on as it is. */
function refuse(entry: Entry, refusal: TidemarkError, conflict?: VerdictConflict): void {
  const { operation } = entry.planned;
  if (operation.group !== undefined) {
    throw new OperationFailure(operation, conflict === undefined ? refusal : new ConflictRefusal(refusal, conflict));
  }
  entry.verdict = rejectedVerdict(operation, refusal, conflict);
}

async function recordFailure<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  { batch, planned: { operation } }: Entry,
  failure: unknown,
): Promise<OperationVerdict> {
  const refusal = refusalOf(failure);
  const conflict = failure instanceof ConflictRefusal ? failure.conflict : undefined;
  if (refusal !== undefined) return rejectedVerdict(operation, refusal, conflict);
  const { user, input } = batch.request;
  const { group, ...alone } = operation;
  const isGroup = batch.ops.some((other) => other !== operation && other.group === group);
  const kept = group === undefined || isGroup ? operation : alone;
  await transaction.parkOperations([
    { userId: user.id, deviceId: input.deviceId, operation: kept, reason: describeFailure(failure) },
  ]);
  return parkedVerdict(operation);
}

async function saveVerdicts<Tx>(
  transaction: SyncWriteTransaction<Tx>,
  batches: readonly CheckedBatch[],
  entries: readonly Entry[],
): Promise<void> {
  if (batches.length === 0) return;
  const progress = batches.map((batch): DeviceProgress => {
    const { deviceId, ackSeq = 0, pending, contract } = batch.request.input;
    return {
      deviceId,
      ackSeq: ackSeq > batch.checkpoint.ackSeq ? ackSeq : undefined,
      lastSeq: lastSeqOf(
        batch,
        entries.filter((entry) => entry.batch === batch),
      ),
      pending,
      contract,
    };
  });
  const verdicts = entries.filter(takesSeq).flatMap(toNewVerdicts);
  // Two may claim one origin: the first has it.
  const byPlace = Map.groupBy(verdicts, ({ deviceId, seq }) => `${deviceId} ${seq}`);
  await transaction.saveVerdicts(
    [...byPlace.values()].flatMap(([verdict]) => verdict ?? []),
    progress,
  );
}

const takesSeq = ({ planned }: Entry) => planned.kind !== "replayed";

function lastSeqOf({ checkpoint }: CheckedBatch, entries: readonly Entry[]): number {
  return entries.findLast(takesSeq)?.planned.operation.seq ?? checkpoint.lastSeq;
}

function resultOf(entry: Entry): OperationResult {
  const verdict = verdictOf(entry);
  const { operation, kind } = entry.planned;
  if (kind !== "new" || entry.original !== undefined) return duplicateOf(operation, verdict);
  if (verdict === undefined) throw new TypeError(`Operation ${operation.id} has no verdict.`);
  return verdict;
}

/** The first verdict of an entry's operation, `undefined` where it is forgotten. */
function verdictOf({ planned, original, verdict }: Entry): OperationVerdict | undefined {
  if (original !== undefined) {
    const first = verdictOf(original);
    return first && parseVerdict(JSON.stringify(first));
  }
  return planned.kind === "new" ? verdict : planned.verdict;
}

/**
 * For the operation's seq, and for its place in a former device's queue. A copy keeps the first verdict's text, so that a
 * replay of the copy answers it too; of a forgotten one there is nothing to keep.
 */
function toNewVerdicts(entry: Entry): readonly NewVerdict[] {
  const verdict = verdictOf(entry);
  if (verdict === undefined) return [];
  const { user, input } = entry.batch.request;
  const { operation, origin } = entry.planned;
  const { id, seq } = operation;
  const told = { userId: user.id, operationId: id, text: JSON.stringify(verdict) };
  return [
    { ...told, deviceId: input.deviceId, seq, isFirst: isToBeRun(entry) },
    ...(origin === undefined ? [] : [{ ...told, ...origin, isFirst: false }]),
  ];
}
