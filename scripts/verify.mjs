// What CI runs (checks and tests), and between the two how much of engine and SDK their tests reach.
// Each runs even if one before it fails, and the tests' summary stays the last line.
import { run } from "./run.mjs";

const check = await run(process.execPath, ["scripts/check.mjs"]);
if (check.code !== 0) console.error("\nThe checks failed (above); the tests run all the same.\n");
const coverage = await run("turbo", ["run", "coverage", "--concurrency=1", "--output-logs=full", "--log-order=stream"]);
if (coverage.code !== 0) console.error("\nThe coverage fell short (above); the tests run all the same.\n");
const test = await run(process.execPath, ["scripts/test.mjs"]);
process.exitCode = check.code === 0 && coverage.code === 0 && test.code === 0 ? 0 : 1;
