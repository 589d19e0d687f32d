/**
 * Standard Schema v1 (https://standardschema.dev), the interface that Zod, Valibot and ArkType share. Copied rather than
 * imported, as its specification recommends, so that the contract costs no dependency.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type InferInput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["input"];
export type InferOutput<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/** Verdicts are stored and sent again: what is wrong with arguments of a megabyte must not be told in a megabyte. */
const MAX_ISSUES = 5;
const MAX_ISSUE_LENGTH = 200;

/** `text: Too small …; lessonId: Invalid UUID`: one line that a person can act on, of the first few issues. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  const told = issues.slice(0, MAX_ISSUES).map(describeIssue);
  const left = issues.length - told.length;
  return [...told, ...(left > 0 ? [`and ${left} more`] : [])].join("; ");
}

function describeIssue({ path = [], message }: StandardIssue): string {
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  const line = keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
  return line.length <= MAX_ISSUE_LENGTH ? line : `${line.slice(0, MAX_ISSUE_LENGTH).toWellFormed()}…`;
}
