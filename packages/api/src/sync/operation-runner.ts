import { TidemarkError } from "../errors.ts";
import { mergeFields, type FieldAuthor, type FieldMerge } from "./field-merge.ts";
import type { AnyOperationHandlers } from "./operation-handlers.ts";
import { createChangeRecorder, parseArguments } from "./operation-handlers.ts";
import type { OperationOutcome, VerdictConflict } from "./operation-outcome.ts";
import type { ConflictStrategy, SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { IndexedRow, RowChange } from "./sync-store.ts";
import { dismissConflict, recordConflicts, type ConflictRecordDeps } from "./system-operations.ts";

/** An operation whose name and arguments are good. */
export interface PreparedOperation {
  readonly name: string;
  readonly args: unknown;
  /** Operations with different keys may run at the same time; without one it runs alone. */
  readonly independenceKey: string | undefined;
  /** The row that the operation changes field by field, or dismisses: its present state decides over conflicts. */
  readonly target: { readonly entity: string; readonly id: string } | undefined;
}

export interface OperationRequest<Tx> {
  readonly prepared: PreparedOperation;
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
  prepare(operation: { readonly name: string; readonly args: unknown }): Promise<PreparedOperation | TidemarkError>;
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
        return { name, args, independenceKey: undefined, target: { entity: "conflict", id: idOf(args) } };
      }
      const entity = contract.operations[name]?.updates;
      const target = entity === undefined ? undefined : { entity, id: idOf(args) };
      return { name, args, independenceKey: handlerOf(handlers, name).independentBy?.(args), target };
    },

    async run(request) {
      const { prepared, tx, user } = request;
      const { name, args } = prepared;
      if (name === "conflict.dismiss") return dismissConflict(request.row, user);
      const refusal = await authorize(policy, { tx, user, operation: name, args });
      if (refusal !== undefined) return { refusal };

      const merge = mergeWithOthers(contract, request);
      if (merge?.kind === "refused") return refuseForConflict(merge);
      const handled = await handle(request, merge === undefined ? args : mergedArgs(args, merge));
      const clashes = merge === undefined ? [] : recordConflicts(deps, prepared.target, merge.clashes);
      return {
        result: handled.result,
        changes: [...markFields(handled.changes, request, merge), ...clashes],
        ...(merge !== undefined && describeMerge(contract, request, merge)),
      };
    },
  };

  async function handle({ prepared: { name }, tx, user }: OperationRequest<Tx>, args: unknown) {
    const changes: RowChange[] = [];
    // Every field stayed as the server has it: there is nothing left to write.
    if (args === undefined) return { result: undefined, changes };
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

function mergeWithOthers<Tx>(contract: SyncContract, request: OperationRequest<Tx>): FieldMerge | undefined {
  const { prepared, row, base } = request;
  if (row?.value == null || prepared.target === undefined) return undefined;
  return mergeFields({
    current: row.value,
    marks: row.marks,
    incoming: fieldsOf(prepared.args),
    base,
    author: authorOf(request),
    strategies: strategiesOf(contract, prepared.target.entity),
  });
}

const strategiesOf = (contract: SyncContract, entity: string): Readonly<Record<string, ConflictStrategy | undefined>> =>
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

/** The arguments with what the merge made of their fields; `undefined` when no field is left to write. */
function mergedArgs(args: unknown, { fields }: Extract<FieldMerge, { kind: "accepted" }>): unknown {
  if (Object.keys(fields).length === 0 && Object.keys(fieldsOf(args)).length > 0) return undefined;
  return { ...fields, id: idOf(args) };
}

function describeMerge<Tx>(
  contract: SyncContract,
  { prepared }: OperationRequest<Tx>,
  { server }: Extract<FieldMerge, { kind: "accepted" }>,
): { readonly conflict?: VerdictConflict } {
  const [field] = Object.keys(server);
  if (field === undefined || prepared.target === undefined) return {};
  const strategy = strategiesOf(contract, prepared.target.entity)[field] ?? "lastWriterWins";
  return { conflict: { strategy, server } };
}

/** Marks the fields that the operation set on its target, so that a later author's `base` can be held against them. */
function markFields<Tx>(
  changes: readonly RowChange[],
  request: OperationRequest<Tx>,
  merge: Extract<FieldMerge, { kind: "accepted" }> | undefined,
): RowChange[] {
  const { target, args } = request.prepared;
  if (target === undefined) return [...changes];
  const set = Object.keys(merge?.fields ?? fieldsOf(args));
  const marks = Object.fromEntries(set.map((field) => [field, authorOf(request)]));
  return changes.map((change) =>
    change.entity === target.entity && change.id === target.id && change.value !== null ? { ...change, marks } : change,
  );
}

const authorOf = <Tx>({ user, deviceId }: OperationRequest<Tx>): FieldAuthor => ({ userId: user.id, deviceId });

/** An operation's arguments but for the row's id, those that were given. */
function fieldsOf(args: unknown): Record<string, unknown> {
  if (typeof args !== "object" || args === null) return {};
  return Object.fromEntries(Object.entries(args).filter(([key, value]) => key !== "id" && value !== undefined));
}

function idOf(args: unknown): string {
  const id = typeof args === "object" && args !== null && "id" in args ? args.id : undefined;
  if (typeof id !== "string") throw new TypeError("An operation that changes a row takes the row's `id`.");
  return id;
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
