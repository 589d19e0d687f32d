import { parseArgs } from "node:util";
import type { BenchSettings } from "./bench-settings.ts";
import { benchClient } from "./client.ts";
import { benchDemo } from "./demo.ts";
import { benchHttp } from "./http.ts";
import { createRandom } from "./random.ts";
import { printJson, type Row } from "./report.ts";
import { benchServer } from "./server.ts";

const suites: Readonly<Record<string, (settings: BenchSettings) => Promise<readonly Row[]>>> = {
  push: (settings) => benchServer("push", settings),
  pull: (settings) => benchServer("pull", settings),
  http: benchHttp,
  client: benchClient,
  demo: benchDemo,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    "round-ms": { type: "string", default: "600" },
    items: { type: "string", default: "10000" },
    only: { type: "string", default: "" },
    slowdowns: { type: "string", default: "1,4" },
  },
});
const seed = wholeNumber("--seed", values.seed, 0);
const settings: BenchSettings = {
  random: createRandom(seed),
  rounds: wholeNumber("--rounds", values.rounds),
  roundMs: wholeNumber("--round-ms", values["round-ms"]),
  items: wholeNumber("--items", values.items),
  only: values.only,
  slowdowns: values.slowdowns.split(",").map(slowdownOf),
};

const started = performance.now();
const rows: Row[] = [];
for (const name of positionals.length === 0 ? Object.keys(suites) : positionals) {
  const run = suites[name];
  if (run === undefined) throw new Error(`There is no bench "${name}": choose of ${Object.keys(suites).join(", ")}.`);
  rows.push(...(await run(settings)));
}
printJson({ seed, rows, seconds: (performance.now() - started) / 1000 });

function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${option} takes a whole number from ${least} on; "${text}" is none.`);
}

function slowdownOf(text: string): number {
  const times = Number(text);
  if (times >= 1) return times;
  throw new RangeError(`--slowdowns takes numbers from 1 on with commas between, such as "1,4"; "${text}" is none.`);
}
