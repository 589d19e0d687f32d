import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createJsonSchemas, TidemarkError } from "@tidemark/api/server";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** Bodies by the names of their JSON Schemas. */
export interface SchemaRegistry {
  /**
   * Checks a body against the schema of that name: the operator's own, else the built-in one.
   * @throws TidemarkError `BAD_REQUEST` that says what does not fit; `TypeError` for a name that there is no schema of
   */
  check(name: string, body: unknown): void;
  /**
   * Checks what the contract has been asked about already, or will be: against the operator's own schemas of these names,
   * where there are any.
   * @throws TidemarkError `BAD_REQUEST` that says what does not fit
   */
  checkFurther(names: readonly string[], body: unknown): void;
  /** Compiles a built-in schema before its first body comes. */
  prepare(name: string): void;
}

/** A folder or a file that an operator gave cannot be used; the message says which and why. */
export class SchemaFileError extends Error {
  override readonly name = "SchemaFileError";
}

export interface SchemaRegistryDeps {
  readonly isEnabled: boolean;
  /** Files `{name}.json` here come before the built-in schemas, so that an operator can be stricter. */
  readonly folder: string;
  /** Whether the operator named the folder: it has to be there then. */
  readonly isFolderNamed: boolean;
}

/**
 * Reads the operator's schemas once, at the start.
 * @throws SchemaFileError
 */
export function createSchemaRegistry({ isEnabled, folder, isFolderNamed }: SchemaRegistryDeps): SchemaRegistry {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const builtIn = createJsonSchemas();
  const own = new Map<string, ValidateFunction>();
  if (isEnabled) readFolder();

  return {
    prepare(name) {
      if (isEnabled) validatorOf(name);
    },
    check(name, body) {
      if (isEnabled) refuseUnfit(validatorOf(name), body);
    },
    checkFurther(names, body) {
      if (own.size === 0) return;
      for (const name of names) {
        const validate = own.get(name);
        if (validate !== undefined) refuseUnfit(validate, body);
      }
    },
  };

  function readFolder(): void {
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder && isFolderNamed) {
      throw new SchemaFileError(
        `${folder} is no folder; make it, name another, or leave the variable out for the built-in schemas`,
      );
    }
    for (const name of isFolder ? builtIn.keys() : []) {
      const file = join(folder, `${name}.json`);
      if (existsSync(file)) readOwn(name, file);
    }
  }

  function readOwn(name: string, file: string): void {
    try {
      const schema: unknown = JSON.parse(readFileSync(file, "utf8"));
      if (typeof schema !== "object" || schema === null) throw new TypeError("it is neither an object nor a list.");
      // Compiling takes longer than a start should wait for what is known to be right.
      if (JSON.stringify(schema) !== JSON.stringify(builtIn.get(name))) own.set(name, ajv.compile(schema));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : "it cannot be read";
      throw new SchemaFileError(`${file} is no JSON Schema: ${reason}`, { cause });
    }
  }

  function validatorOf(name: string): ValidateFunction {
    const known = own.get(name) ?? ajv.getSchema(name);
    if (known !== undefined) return known;
    const schema = builtIn.get(name);
    const validate = schema && ajv.addSchema(schema, name).getSchema(name);
    if (validate === undefined) throw new TypeError(`There is no JSON Schema "${name}".`);
    return validate;
  }
}

function refuseUnfit(validate: ValidateFunction, body: unknown): void {
  if (validate(body)) return;
  throw new TidemarkError("BAD_REQUEST", { message: `The body does not fit: ${describeFault(validate.errors)}` });
}

function describeFault(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return first === undefined ? "it is wrong." : `${first.instancePath || "it"} ${first.message ?? "is wrong"}.`;
}
