// What CI runs: everything that can be checked without running, then every test. Both run even if the first fails, and
// the tests' summary stays the last line.
import { run } from "./run.mjs";

const check = await run(process.execPath, ["scripts/check.mjs"]);
if (check.code !== 0) console.error("\nThe checks failed (above); the tests run all the same.\n");
const test = await run(process.execPath, ["scripts/test.mjs"]);
process.exitCode = check.code === 0 && test.code === 0 ? 0 : 1;
