import { TidemarkError } from "../errors.ts";
import type { AnyOperationHandlers } from "./operation-handlers.ts";
import { createChangeRecorder, parseArguments } from "./operation-handlers.ts";
import type { SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { RowChange } from "./sync-store.ts";

export interface OperationRequest<Tx> {
  readonly tx: Tx;
  readonly user: SyncUser;
  readonly name: string;
  readonly args: unknown;
}

export type OperationOutcome =
  | { readonly refusal?: undefined; readonly result: unknown; readonly changes: readonly RowChange[] }
  /** Refused before anything was written: the transaction can go on. */
  | { readonly refusal: TidemarkError };

export interface OperationRunner<Tx> {
  /**
   * Arguments, policy, handler, in this order.
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
    async run({ tx, user, name, args: rawArgs }) {
      const parsed = await parseOrRefuse(contract, name, rawArgs);
      if (parsed instanceof TidemarkError) return { refusal: parsed };
      const refusal = await authorize(policy, { tx, user, operation: name, args: parsed.args });
      if (refusal !== undefined) return { refusal };

      const handler = handlers[name];
      if (handler === undefined) throw new TypeError(`Operation "${name}" has no handler.`);
      const changes: RowChange[] = [];
      try {
        const result = await handler({ tx, user, args: parsed.args, changes: createChangeRecorder(contract, changes) });
        return { result, changes };
      } catch (error) {
        if (isRefusal(error)) throw new HandlerRefusal(error);
        throw error;
      }
    },
  };
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
