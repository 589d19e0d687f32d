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
  // What is checked and stored is what will be sent; the caller may change its object afterwards, an `optimistic` not this.
  const args: unknown = Object.freeze(JSON.parse(wire));
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
    const { value } = outcome;
    return isSame(args, value) ? { name, args } : { name, args, parsed: toStorable(value) };
  }

  /** A copy, as storage gives it back: what does not survive that shall show at the first try. */
  function toStorable(value: unknown): unknown {
    try {
      JSON.stringify(value);
      return structuredClone(value);
    } catch (error) {
      const message = `${name}: the schema makes of these arguments what cannot be stored; let it answer JSON or dates.`;
      throw refuse("INVALID_ARGUMENTS", message, error);
    }
  }
}

/** Whether a schema answers what it was given. A date is not the text that is its JSON. */
function isSame(given: unknown, answered: unknown): boolean {
  if (!isObject(given) || !isObject(answered)) return given === answered;
  const fields = Object.entries(given);
  return (
    Object.getPrototypeOf(given) === Object.getPrototypeOf(answered) &&
    fields.length === Object.keys(answered).length &&
    fields.every(([key, value]) => isSame(value, Reflect.get(answered, key)))
  );
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
