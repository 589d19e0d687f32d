// Everything that can be said about the sources without running them. Every step runs, whatever the ones before it
// found; the exit code tells whether all of them were satisfied.
import { join } from "node:path";
import { checkApiSnapshot } from "./check/api-snapshot.mjs";
import { checkSnippets } from "./check/doc-snippets.mjs";
import { checkImports } from "./check/import-rules.mjs";
import { checkSchemas } from "./check/json-schemas.mjs";
import { checkOpenApi, checkOpenApiLinter } from "./check/openapi.mjs";
import { checkPackedPackages } from "./check/packed-packages.mjs";
import { checkSettings } from "./check/settings.mjs";
import { checkSources } from "./check/source-rules.mjs";
import { checkSpecRules } from "./check/spec-rules.mjs";
import { repository } from "./repository.mjs";
import { run, secondsSince } from "./run.mjs";

const sdk = join(repository, "packages/sync-client");

const steps = [
  { name: "format (oxfmt)", find: () => fromProgram("oxfmt", ["--check", "."]) },
  { name: "lint (oxlint, type-aware)", find: () => fromProgram("oxlint", ["--format=unix", "."]) },
  { name: "source rules", find: checkSources },
  { name: "rules of the specifications, each quoted by a test", find: checkSpecRules },
  {
    name: "types (tsc)",
    find: () => fromProgram("turbo", ["run", "typecheck", "--output-logs=errors-only", "--continue"]),
  },
  { name: "code in the documents (tsc)", find: checkSnippets },
  { name: "import rules (dependency-cruiser, each violation planted once)", find: checkImports },
  {
    name: "size of what browsers load (size-limit)",
    find: () => fromProgram("node_modules/.bin/size-limit", [], { cwd: sdk }),
  },
  {
    name: "description of the REST interface (redocly, strict)",
    find: async () => [...(await checkOpenApi()), ...(await checkOpenApiLinter())],
  },
  { name: "generated JSON schemas", find: checkSchemas },
  { name: "settings in the runbook", find: checkSettings },
  { name: "public names and types of the SDK", find: checkApiSnapshot },
  { name: "packages as they are published (publint, attw)", find: checkPackedPackages },
  { name: "dead code (knip)", find: () => fromProgram("knip", ["--no-progress"]) },
];

let failed = 0;
for (const { name, find } of steps) {
  const started = performance.now();
  const problems = await find();
  console.log(`${problems.length === 0 ? "ok    " : "FAILED"} ${name}, ${secondsSince(started)}`);
  for (const problem of problems) console.log(indent(problem));
  if (problems.length > 0) failed += 1;
}
console.log(failed === 0 ? `All ${steps.length} checks passed.` : `${failed} of ${steps.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

/** A program's whole output as the one problem it found; nothing when it ended with 0. */
async function fromProgram(program, args, options = {}) {
  const { code, output } = await run(program, args, { ...options, quiet: true });
  return code === 0 ? [] : [output.trim() || `${program} ended with code ${code}`];
}

function indent(text) {
  return text.replace(/^/gm, "       ");
}
