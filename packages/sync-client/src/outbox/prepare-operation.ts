import { describeIssues, MAX_PUSH_BYTES } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { SyncClientError } from "../errors.ts";

/** An operation whose arguments passed the contract. */
export interface PreparedOperation {
  readonly name: string;
  /** As they go over the wire. */
  readonly args: unknown;
  /** What the schema made of them, where that differs. */
  readonly parsed?: unknown;
}

/** Room for the envelope, so that one operation always fits into one push. */
export const MAX_ARGS_BYTES = MAX_PUSH_BYTES / 2;

/**
 * Copies arguments and checks them against their schema; at once where the schema can.
 * @throws SyncClientError `UNKNOWN_NAME`, `INVALID_ARGUMENTS`, `OPERATION_TOO_LARGE`
 */
export function prepareOperation(
  contract: RuntimeContract,
  name: string,
  input: unknown,
): PreparedOperation | Promise<PreparedOperation> {
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  if (operation === undefined) {
    throw new SyncClientError("UNKNOWN_NAME", `The contract "${contract.name}" has no operation "${name}".`);
  }
  const wire = toJson(name, input);
  // No character takes more than three bytes.
  if (wire.length > MAX_ARGS_BYTES / 3 && byteLength(wire) > MAX_ARGS_BYTES) {
    throw new SyncClientError("OPERATION_TOO_LARGE", `${name}: at most ${MAX_ARGS_BYTES} bytes can be sent at once.`);
  }
  // What is checked and stored is what will be sent; the caller may change its object afterwards.
  const args: unknown = JSON.parse(wire);
  const result = operation.args["~standard"].validate(args);
  return result instanceof Promise ? result.then(accept) : accept(result);

  function accept(outcome: Awaited<typeof result>): PreparedOperation {
    if (outcome.issues !== undefined) {
      throw new SyncClientError("INVALID_ARGUMENTS", `${name}: ${describeIssues(outcome.issues)}`);
    }
    return { name, args, ...(JSON.stringify(outcome.value) !== wire && { parsed: outcome.value }) };
  }
}

function toJson(name: string, input: unknown): string {
  let cause: unknown;
  try {
    // Typed as always text, but a function or `undefined` has no JSON.
    const wire: string | undefined = JSON.stringify(input);
    if (wire !== undefined) return wire;
  } catch (error) {
    cause = error;
  }
  throw new SyncClientError("INVALID_ARGUMENTS", `${name}: these arguments are not JSON.`, cause);
}

const encoder = new TextEncoder();
/** Length in UTF-8, as the server's limit counts. */
export const byteLength = (text: string): number => encoder.encode(text).length;
