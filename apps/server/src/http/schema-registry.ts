import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createJsonSchemas, TidemarkError } from "@tidemark/api/server";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** Bodies of the routes that are not procedures, by the name of their JSON Schema. */
export interface SchemaRegistry {
  /**
   * Checks a body against the schema of that name.
   * @throws TidemarkError `BAD_REQUEST` that says what does not fit; `TypeError` for a name that there is no schema of
   */
  check(name: string, body: unknown): void;
  /**
   * Makes sure that an operator's own schema of that name can be used.
   * @throws SchemaFileError
   */
  verify(name: string): void;
  /** Compiles a schema before its first body comes. */
  prepare(name: string): void;
}

/** A file that an operator gave is no JSON Schema; the message says which and why. */
export class SchemaFileError extends Error {
  override readonly name = "SchemaFileError";
}

export interface SchemaRegistryDeps {
  readonly isEnabled: boolean;
  /** Files `{name}.json` here come before the built-in schemas, so that an operator can be stricter. */
  readonly folder: string;
}

export function createSchemaRegistry({ isEnabled, folder }: SchemaRegistryDeps): SchemaRegistry {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const builtIn = createJsonSchemas();
  return {
    verify(name) {
      if (!isEnabled || !existsSync(fileOf(name))) return;
      try {
        const isOurs = JSON.stringify(readSchema(name)) === JSON.stringify(builtIn.get(name));
        // Compiling takes longer than a start should wait for what is known to be right.
        if (!isOurs) validatorOf(name);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : "it cannot be read";
        throw new SchemaFileError(`${fileOf(name)} is no JSON Schema: ${reason}`, { cause });
      }
    },
    prepare(name) {
      if (isEnabled) validatorOf(name);
    },
    check(name, body) {
      if (!isEnabled) return;
      const validate = validatorOf(name);
      if (validate(body)) return;
      throw new TidemarkError("BAD_REQUEST", { message: `The body does not fit: ${describeFault(validate.errors)}` });
    },
  };

  function validatorOf(name: string): ValidateFunction {
    const validate = ajv.getSchema(name) ?? ajv.addSchema(readSchema(name), name).getSchema(name);
    if (validate === undefined) throw new TypeError(`The schema "${name}" could not be compiled.`);
    return validate;
  }

  function fileOf(name: string): string {
    return join(folder, `${name}.json`);
  }

  function readSchema(name: string): object {
    if (existsSync(fileOf(name))) {
      const schema: unknown = JSON.parse(readFileSync(fileOf(name), "utf8"));
      if (typeof schema === "object" && schema !== null) return schema;
      throw new TypeError("it is neither an object nor a list.");
    }
    const schema = builtIn.get(name);
    if (schema === undefined) throw new TypeError(`There is no JSON Schema "${name}".`);
    return schema;
  }
}

function describeFault(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return first === undefined ? "it is wrong." : `${first.instancePath || "it"} ${first.message ?? "is wrong"}.`;
}
