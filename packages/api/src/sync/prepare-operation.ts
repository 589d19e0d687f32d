import { describeIssues, type StandardSchema } from "./standard-schema.ts";
import { byteLength, MAX_OPERATION_BYTES } from "./sync-limits.ts";
import type { OperationContent } from "./upgrade-operation.ts";

/** An operation whose arguments passed the contract. */
export interface PreparedOperation {
  readonly name: string;
  /** As they go over the wire. */
  readonly args: unknown;
  /** What the schema made of them, where that differs. */
  readonly parsed?: unknown;
}

/** Why an operation cannot be queued. */
export type PreparationCode = "UNKNOWN_NAME" | "INVALID_ARGUMENTS" | "OPERATION_TOO_LARGE";

/** Makes the caller's own error of a refusal. */
export type Refuse = (code: PreparationCode, message: string, cause?: unknown) => Error;

/**
 * Copies an operation's arguments and checks them against the contract; at once where the schema can.
 * @throws what `refuse` makes of a name that the contract does not have, and of arguments that do not pass or are too large
 */
export function prepareOperation(
  contract: { readonly name: string; readonly operations: Readonly<Record<string, { readonly args: StandardSchema }>> },
  { name, args: input }: OperationContent,
  refuse: Refuse,
): PreparedOperation | Promise<PreparedOperation> {
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  if (operation === undefined) {
    throw refuse("UNKNOWN_NAME", `The contract "${contract.name}" has no operation "${name}".`);
  }
  const wire = toJson();
  // No character takes more than three bytes.
  if (wire.length > MAX_OPERATION_BYTES / 3 && byteLength(wire) > MAX_OPERATION_BYTES) {
    throw refuse("OPERATION_TOO_LARGE", `${name}: at most ${MAX_OPERATION_BYTES} bytes can be sent at once.`);
  }
  // What is checked and stored is what will be sent; the caller may change its object afterwards.
  const args: unknown = JSON.parse(wire);
  const result = operation.args["~standard"].validate(args);
  return result instanceof Promise ? result.then(accept) : accept(result);

  function toJson(): string {
    let cause: unknown;
    try {
      // Typed as always text, but a function or `undefined` has no JSON.
      const json: string | undefined = JSON.stringify(input);
      if (json !== undefined) return json;
    } catch (error) {
      cause = error;
    }
    throw refuse("INVALID_ARGUMENTS", `${name}: these arguments are not JSON.`, cause);
  }

  function accept(outcome: Awaited<typeof result>): PreparedOperation {
    if (outcome.issues !== undefined) {
      throw refuse("INVALID_ARGUMENTS", `${name}: ${describeIssues(outcome.issues)}`);
    }
    return { name, args, ...(JSON.stringify(outcome.value) !== wire && { parsed: outcome.value }) };
  }
}
