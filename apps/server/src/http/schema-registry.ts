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
  /** Compiles a schema before its first body comes. */
  prepare(name: string): void;
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

  function readSchema(name: string): object {
    const file = join(folder, `${name}.json`);
    if (existsSync(file)) {
      const schema: unknown = JSON.parse(readFileSync(file, "utf8"));
      if (typeof schema === "object" && schema !== null) return schema;
      throw new TypeError(`${file} is no JSON Schema.`);
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
