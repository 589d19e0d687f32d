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

/** `text: Too small …; lessonId: Invalid UUID`: one line that a person can act on. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  return issues.map(describeIssue).join("; ");
}

function describeIssue({ path = [], message }: StandardIssue): string {
  if (path.length === 0) return message;
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return `${keys.join(".")}: ${message}`;
}
