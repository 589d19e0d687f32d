import { TidemarkError } from "../errors.ts";
import type { AnyOperationHandlers } from "./operation-handlers.ts";
import { createChangeRecorder, parseArguments } from "./operation-handlers.ts";
import type { SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { RowChange } from "./sync-store.ts";

/** An operation whose name and arguments are good. */
export interface PreparedOperation {
  readonly name: string;
  readonly args: unknown;
  /** Operations with different keys may run at the same time; without one it runs alone. */
  readonly independenceKey: string | undefined;
}

export interface OperationRequest<Tx> {
  readonly prepared: PreparedOperation;
  readonly tx: Tx;
  readonly user: SyncUser;
}

export type OperationOutcome =
  | { readonly refusal?: undefined; readonly result: unknown; readonly changes: readonly RowChange[] }
  /** Refused before anything was written: the transaction can go on. */
  | { readonly refusal: TidemarkError };

export interface OperationRunner<Tx> {
  /** Finds the operation and checks its arguments; answers the refusal if either is wrong. */
  prepare(operation: { readonly name: string; readonly args: unknown }): Promise<PreparedOperation | TidemarkError>;
  /**
   * Policy, then handler.
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

export function createOperationRunner<Tx>(deps: {
  readonly contract: SyncContract;
  readonly handlers: AnyOperationHandlers<Tx>;
  readonly policy: SyncPolicy<Tx>;
}): OperationRunner<Tx> {
  const { contract, handlers, policy } = deps;
  return {
    async prepare({ name, args: rawArgs }) {
      const parsed = await parseOrRefuse(contract, name, rawArgs);
      if (parsed instanceof TidemarkError) return parsed;
      const independenceKey = handlerOf(handlers, name).independentBy?.(parsed.args);
      return { name, args: parsed.args, independenceKey };
    },

    async run({ prepared: { name, args }, tx, user }) {
      const refusal = await authorize(policy, { tx, user, operation: name, args });
      if (refusal !== undefined) return { refusal };
      const changes: RowChange[] = [];
      try {
        const recorder = createChangeRecorder(contract, changes);
        const result = await handlerOf(handlers, name).apply({ tx, user, args, changes: recorder });
        return { result, changes };
      } catch (error) {
        if (isRefusal(error)) throw new HandlerRefusal(error);
        throw error;
      }
    },
  };
}

function handlerOf<Tx>(handlers: AnyOperationHandlers<Tx>, name: string) {
  const handler = handlers[name];
  if (handler === undefined) throw new TypeError(`Operation "${name}" has no handler.`);
  return typeof handler === "function" ? { apply: handler, independentBy: undefined } : handler;
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
