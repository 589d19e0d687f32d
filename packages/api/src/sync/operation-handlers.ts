import { TidemarkError } from "../errors.ts";
import { findUnstorable } from "./argument-check.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { describeIssues } from "./standard-schema.ts";
import type { ContractRows, OperationArgs, OperationName, SyncContract } from "./sync-contract.ts";
import type { SyncUser } from "./sync-policy.ts";
import type { RowChange } from "./sync-store.ts";
import type { SystemOperationName } from "./system-contract.ts";

/** Collects what an operation changes, for the change index. */
export interface ChangeRecorder<Rows> {
  /** The row's new state, whole, as clients shall see it. */
  put<Name extends keyof Rows & string>(entity: Name, row: Rows[Name]): void;
  /** The row is gone; its last state names the scope. */
  delete<Name extends keyof Rows & string>(entity: Name, row: Rows[Name]): void;
}

export interface OperationCall<Tx, Args, Rows> {
  readonly tx: Tx;
  readonly user: SyncUser;
  readonly args: Args;
  readonly changes: ChangeRecorder<Rows>;
}

/**
 * An operation's effect on the server. It writes through `tx`, records each changed row in `changes` and answers the row
 * that a direct call returns. Throwing a `TidemarkError` refuses the operation; nothing it wrote stays.
 */
export type OperationHandler<Tx, Args, Rows, Result = unknown> = (
  call: OperationCall<Tx, Args, Rows>,
) => Promise<Result>;

/**
 * A handler whose operations may run beside others of the same transaction, their statements back to back on the wire:
 * `independentBy` names what one operation touches, and only operations with different names run at the same time.
 */
export interface IndependentHandler<Tx, Args, Rows> {
  readonly independentBy: (args: Args) => string;
  readonly apply: OperationHandler<Tx, Args, Rows>;
}

type RegisteredHandler<Tx, Args, Rows> = OperationHandler<Tx, Args, Rows> | IndependentHandler<Tx, Args, Rows>;

/** One handler per operation that the contract declares; a missing one is a type error. */
export type OperationHandlers<Contract, Tx> = {
  readonly [Name in Exclude<OperationName<Contract>, SystemOperationName>]: RegisteredHandler<
    Tx,
    OperationArgs<Contract, Name>,
    ContractRows<Contract>
  >;
};

/** The handlers of some contract, for code that is generic over it. */
export type AnyOperationHandlers<Tx> = Readonly<
  Record<string, RegisteredHandler<Tx, unknown, Record<string, { id: string }>>>
>;

/** A recorder that finds each row's scope by the contract. */
export function createChangeRecorder<Rows = Record<string, { id: string }>>(
  contract: SyncContract,
  changes: RowChange[],
): ChangeRecorder<Rows> {
  const scopeOf = (entity: string, row: { readonly id: string }): string => {
    const definition = contract.entities[entity];
    if (definition === undefined) throw new TypeError(`The contract "${contract.name}" has no entity "${entity}".`);
    return definition.scopeOf(row);
  };
  const recorder: ChangeRecorder<Record<string, { readonly id: string }>> = {
    put: (entity, row) => changes.push({ scope: scopeOf(entity, row), entity, id: row.id, value: { ...row } }),
    delete: (entity, row) => changes.push({ scope: scopeOf(entity, row), entity, id: row.id, value: null }),
  };
  return recorder as ChangeRecorder<Rows>;
}

/**
 * Checks arguments against the operation's schema.
 * @throws TidemarkError `UNKNOWN_OPERATION`, `INVALID_ARGUMENTS`
 */
export async function parseArguments(contract: SyncContract, name: string, args: unknown): Promise<unknown> {
  const schema: StandardSchema | undefined = Object.hasOwn(contract.operations, name)
    ? contract.operations[name]?.args
    : undefined;
  if (schema === undefined) {
    throw new TidemarkError("UNKNOWN_OPERATION", {
      message: `The contract "${contract.name}" ${contract.version} has no operation "${name}".`,
    });
  }
  const unstorable = findUnstorable(args);
  if (unstorable !== undefined) throw new TidemarkError("INVALID_ARGUMENTS", { message: unstorable });
  const result = await schema["~standard"].validate(args);
  if (result.issues === undefined) return result.value;
  throw new TidemarkError("INVALID_ARGUMENTS", { message: describeIssues(result.issues) });
}
