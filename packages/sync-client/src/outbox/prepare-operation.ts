import { describeIssues, MAX_PUSH_BYTES } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";

/** Arguments that passed the contract. */
export interface PreparedArgs {
  /** As they go over the wire. */
  readonly args: unknown;
  /** What the schema made of them, where that differs. */
  readonly parsed?: unknown;
}

/** Room for the envelope, so that one operation always fits into one push. */
const MAX_ARGS_BYTES = MAX_PUSH_BYTES / 2;

/**
 * Checks arguments against their schema; at once where the schema can.
 * @throws SyncClientError `UNKNOWN_NAME`, `INVALID_ARGUMENTS`, `OPERATION_TOO_LARGE`
 */
export function prepareArgs(contract: RuntimeContract, name: string, input: unknown): PreparedArgs | Promise<PreparedArgs> {
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  if (operation === undefined) {
    throw new SyncClientError("UNKNOWN_NAME", `The contract "${contract.name}" has no operation "${name}".`);
  }
  type Result = Awaited<ReturnType<(typeof operation.args)["~standard"]["validate"]>>;
  const accept = (result: Result): PreparedArgs => {
    if (result.issues === undefined) return toWire(name, input, result.value);
    throw new SyncClientError("INVALID_ARGUMENTS", `${name}: ${describeIssues(result.issues)}`);
  };
  const result = operation.args["~standard"].validate(input);
  return result instanceof Promise ? result.then(accept) : accept(result);
}

/** Copies through JSON: what is stored is what will be sent, and the caller may change its object afterwards. */
function toWire(name: string, input: unknown, value: unknown): PreparedArgs {
  const wire = JSON.stringify(input);
  if (wire === undefined) throw new SyncClientError("INVALID_ARGUMENTS", `${name}: these arguments are not JSON.`);
  if (byteLength(wire) > MAX_ARGS_BYTES) {
    throw new SyncClientError("OPERATION_TOO_LARGE", `${name}: more than ${MAX_ARGS_BYTES} bytes cannot be sent at once.`);
  }
  const args: unknown = JSON.parse(wire);
  return JSON.stringify(value) === wire ? { args } : { args, parsed: value };
}

const encoder = new TextEncoder();
/** Length in UTF-8, as the server's limit counts. */
export const byteLength = (text: string): number => encoder.encode(text).length;
