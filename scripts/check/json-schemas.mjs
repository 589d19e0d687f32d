import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createJsonSchemas } from "../../packages/api/src/server.ts";
import { repository } from "../repository.mjs";

export const SCHEMA_FOLDER = join(repository, "schemas");

/** Every file of `schemas/` by its name, as the contracts are now. */
export function renderSchemas() {
  return new Map(
    [...createJsonSchemas()].map(([name, schema]) => [`${name}.json`, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

/** Whether `schemas/` says what the contracts say. One line per file that does not. */
export async function checkSchemas() {
  const files = renderSchemas();
  const problems = [];
  for (const [name, text] of files) {
    const path = join(SCHEMA_FOLDER, name);
    if (!existsSync(path)) problems.push(`schemas/${name} is missing; run npx pnpm@12 schemas`);
    else if (readFileSync(path, "utf8") !== text) problems.push(`schemas/${name} is stale; run npx pnpm@12 schemas`);
  }
  for (const name of existsSync(SCHEMA_FOLDER) ? readdirSync(SCHEMA_FOLDER) : []) {
    if (!files.has(name)) problems.push(`schemas/${name} describes nothing any more; run npx pnpm@12 schemas`);
  }
  return problems;
}
