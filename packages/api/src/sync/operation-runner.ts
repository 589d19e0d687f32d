import { TidemarkError } from "../errors.ts";
import { mergeFields, type FieldAuthor, type FieldMerge } from "./field-merge.ts";
import type { AnyOperationHandlers } from "./operation-handlers.ts";
import { createChangeRecorder, parseArguments } from "./operation-handlers.ts";
import type { OperationOutcome, VerdictConflict } from "./operation-outcome.ts";
import type { ConflictStrategy, SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { IndexedRow, RowChange } from "./sync-store.ts";
import { dismissConflict, recordConflicts, type ConflictRecordDeps } from "./system-operations.ts";

/** An operation of the server's own contract whose arguments are good: it can be run. */
export interface RunnableOperation {
  readonly name: string;
  readonly args: unknown;
  /** Operations with different keys may run at the same time; without one it runs alone. */
  readonly independenceKey: string | undefined;
  /** The row that the operation changes field by field, or dismisses: its present state decides over conflicts. */
  readonly target: OperationTarget | undefined;
}

type Strategies = Readonly<Record<string, ConflictStrategy | undefined>>;
type AcceptedMerge = Extract<FieldMerge, { kind: "accepted" }>;

interface OperationTarget {
  readonly entity: string;
  readonly id: string;
  /** The row's fields that the operation sets: its arguments but for `id`, those that were given. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface OperationRequest<Tx> {
  readonly prepared: RunnableOperation;
  readonly tx: Tx;
  readonly user: SyncUser;
  /** The device that wrote it; `null` for a direct call. */
  readonly deviceId: string | null;
  /** The target's version that the author saw. */
  readonly base: number | undefined;
  /** The target as it is now, where it is known to the change index. */
  readonly row: IndexedRow | undefined;
}

export interface OperationRunner<Tx> {
  /** Finds the operation and checks its arguments; answers the refusal if either is wrong. */
  prepare(operation: { readonly name: string; readonly args: unknown }): Promise<RunnableOperation | TidemarkError>;
  /**
   * Policy, then the merge with what others changed meanwhile, then the handler.
   * @throws HandlerRefusal when the handler itself refuses: it may have written, so the transaction must be rolled back.
   */
  run(request: OperationRequest<Tx>): Promise<OperationOutcome>;
}

/** A refusal by a handler, which may have written before it refused. */
export class HandlerRefusal extends Error {
  readonly refusal: TidemarkError;

  constructor(refusal: TidemarkError) {
    super(refusal.message, { cause: refusal });
    this.name = "HandlerRefusal";
    this.refusal = refusal;
  }
}

export interface OperationRunnerDeps<Tx> extends ConflictRecordDeps {
  readonly contract: SyncContract;
  readonly handlers: AnyOperationHandlers<Tx>;
  readonly policy: SyncPolicy<Tx>;
}

export function createOperationRunner<Tx>(deps: OperationRunnerDeps<Tx>): OperationRunner<Tx> {
  const { contract, handlers, policy } = deps;

  return {
    async prepare({ name, args: rawArgs }) {
      const parsed = await parseOrRefuse(contract, name, rawArgs);
      if (parsed instanceof TidemarkError) return parsed;
      const { args } = parsed;
      if (name === "conflict.dismiss") {
        return { name, args, independenceKey: undefined, target: targetIn("conflict", args) };
      }
      const entity = contract.operations[name]?.updates;
      const target = entity === undefined ? undefined : targetIn(entity, args);
      return { name, args, independenceKey: handlerOf(handlers, name).independentBy?.(args), target };
    },

    async run(request) {
      const { prepared, tx, user } = request;
      const { name, args } = prepared;
      if (name === "conflict.dismiss") return dismissConflict(request.row, user);
      const refusal = await authorize(policy, { tx, user, operation: name, args });
      if (refusal !== undefined) return { refusal };

      const { target } = prepared;
      if (target === undefined) return handle(request, args);
      const merge = mergeWithOthers(contract, request, target);
      if (merge?.kind === "refused") return refuseForConflict(merge);
      if (merge !== undefined) return handleMerged(request, target, merge);
      const { result, changes } = await handle(request, args);
      return { result, changes: markFields(changes, request, target) };
    },
  };

  async function handleMerged(
    request: OperationRequest<Tx>,
    target: OperationTarget,
    merge: AcceptedMerge,
  ): Promise<OperationOutcome> {
    const { clashes, fields } = merge;
    // Every field that it set stayed as the server has it: there is nothing left to write.
    const isSettled = Object.keys(fields).length === 0 && Object.keys(target.fields).length > 0;
    const handled = isSettled ? undefined : await handle(request, { ...fields, id: target.id });
    const changes = markFields(handled?.changes ?? [], request, { ...target, fields });
    return {
      result: handled?.result,
      changes: [...changes, ...recordConflicts(deps, target, clashes)],
      ...describeMerge(strategiesOf(contract, target), merge),
    };
  }

  async function handle({ prepared: { name }, tx, user }: OperationRequest<Tx>, args: unknown) {
    const changes: RowChange[] = [];
    try {
      const recorder = createChangeRecorder(contract, changes);
      const result = await handlerOf(handlers, name).apply({ tx, user, args, changes: recorder });
      return { result, changes };
    } catch (error) {
      if (isRefusal(error)) throw new HandlerRefusal(error);
      throw error;
    }
  }
}

function handlerOf<Tx>(handlers: AnyOperationHandlers<Tx>, name: string) {
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) throw new TypeError(`Operation "${name}" has no handler.`);
  return typeof handler === "function" ? { apply: handler, independentBy: undefined } : handler;
}

function mergeWithOthers<Tx>(
  contract: SyncContract,
  request: OperationRequest<Tx>,
  target: OperationTarget,
): FieldMerge | undefined {
  const { row, base } = request;
  if (row?.value == null) return undefined;
  return mergeFields({
    current: row.value,
    marks: row.marks,
    incoming: target.fields,
    base,
    author: authorOf(request),
    strategies: strategiesOf(contract, target),
  });
}

const strategiesOf = (contract: SyncContract, { entity }: OperationTarget): Strategies =>
  contract.entities[entity]?.conflict ?? {};

function refuseForConflict({ strategy, server }: Extract<FieldMerge, { kind: "refused" }>): OperationOutcome {
  const fields = Object.keys(server).join(", ");
  return {
    refusal: new TidemarkError("CONFLICT", {
      message: `Somebody else changed ${fields} meanwhile; compare both and decide which one stays.`,
    }),
    conflict: { strategy, server },
  };
}

function describeMerge(strategies: Strategies, { server }: AcceptedMerge): { readonly conflict?: VerdictConflict } {
  const [field] = Object.keys(server);
  if (field === undefined) return {};
  return { conflict: { strategy: strategies[field] ?? "lastWriterWins", server } };
}

/** Marks the fields that the operation set on its target, so that a later author's `base` can be held against them. */
function markFields<Tx>(
  changes: readonly RowChange[],
  request: OperationRequest<Tx>,
  target: OperationTarget,
): RowChange[] {
  const marks = Object.fromEntries(Object.keys(target.fields).map((field) => [field, authorOf(request)]));
  return changes.map((change) =>
    change.entity === target.entity && change.id === target.id && change.value !== null ? { ...change, marks } : change,
  );
}

const authorOf = <Tx>({ user, deviceId }: OperationRequest<Tx>): FieldAuthor => ({ userId: user.id, deviceId });

function targetIn(entity: string, args: unknown): OperationTarget {
  const given = typeof args === "object" && args !== null ? Object.entries(args) : [];
  const { id, ...fields } = Object.fromEntries<unknown>(given.filter(([, value]) => value !== undefined));
  if (typeof id !== "string") throw new TypeError("An operation that changes a row takes the row's `id`.");
  return { entity, id, fields };
}

/** A policy only reads, so a refusal that it throws is as good as one that it answers. */
async function authorize<Tx>(policy: SyncPolicy<Tx>, request: Parameters<SyncPolicy<Tx>["authorize"]>[0]) {
  try {
    const decision = await policy.authorize(request);
    return decision.allowed ? undefined : new TidemarkError(decision.code, { message: decision.message });
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

async function parseOrRefuse(contract: SyncContract, name: string, args: unknown) {
  try {
    return { args: await parseArguments(contract, name, args) };
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** A decision about the operation, as against a failure of what should have decided it. */
export function isRefusal(error: unknown): error is TidemarkError {
  return error instanceof TidemarkError && error.code !== "UNAVAILABLE" && error.code !== "INTERNAL";
}
