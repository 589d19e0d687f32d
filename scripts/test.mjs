// Runs every package's suite through turbo, then says which real services took part and, as its very last line, how
// many tests passed. What follows the command (`pnpm test chat`) filters test files.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workspacePackages } from "./packages.mjs";
import { repository } from "./repository.mjs";
import { run, secondsSince } from "./run.mjs";
import { addUp, readReport } from "./test-report.mjs";

/** Where vitest leaves its report, seen from a package. */
const REPORT = "test-results/vitest.json";
/** Suites append `name version` here when they have really connected to a service. */
const SERVICES = join(repository, "test-results/services.txt");

const started = performance.now();
const filters = process.argv.slice(2).filter((argument) => argument !== "--");
const tested = workspacePackages().filter(({ manifest }) => manifest.scripts?.test !== undefined);

mkdirSync(join(repository, "test-results"), { recursive: true });
for (const file of [SERVICES, ...tested.map(({ folder }) => join(folder, REPORT))]) rmSync(file, { force: true });

const { code } = await run(
  "turbo",
  [
    "run",
    "test",
    "--continue=dependencies-successful",
    // Each suite uses all cores by itself, and brings a Postgres and a Chromium with it.
    "--concurrency=1",
    "--output-logs=full",
    "--log-order=stream",
    "--",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${REPORT}`,
    ...(filters.length === 0 ? [] : ["--passWithNoTests", ...filters]),
  ],
  { env: { TIDEMARK_SERVICES_FILE: SERVICES } },
);

const reports = tested.map(({ name, folder }) => readReport(name, join(folder, REPORT)));
const total = addUp(reports, { exitCode: code });

for (const problem of total.problems) console.error(`\nTEST RUN BROKEN: ${problem}`);
console.log(`\nTests took ${secondsSince(started)}. Real services that took part:`);
for (const line of servicesThatTookPart()) console.log(`  ${line}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || code !== 0 ? 1 : 0;

function servicesThatTookPart() {
  const lines = existsSync(SERVICES) ? readFileSync(SERVICES, "utf8").split("\n") : [];
  const named = [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ""))].sort();
  const missing = ["Postgres", "Chromium"].filter((name) => !named.some((line) => line.startsWith(name)));
  return [
    ...named,
    ...missing.map((name) => `${name}: took no part`),
    "Redis: not used yet (REDIS_URL is only validated)",
  ];
}
