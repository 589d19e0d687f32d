// Writes the JSON Schemas of `schemas/` anew, from the contracts.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderSchemas, SCHEMA_FOLDER } from "./check/json-schemas.mjs";

const files = renderSchemas();
mkdirSync(SCHEMA_FOLDER, { recursive: true });
for (const name of readdirSync(SCHEMA_FOLDER)) if (!files.has(name)) rmSync(join(SCHEMA_FOLDER, name));
for (const [name, text] of files) writeFileSync(join(SCHEMA_FOLDER, name), text);
console.log(`${files.size} schemas written.`);
