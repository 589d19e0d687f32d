import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwnPostgres } from "@tidemark/db/testing";
import type { BenchSettings } from "./bench-settings.ts";
import { benchPush, type PushSystem } from "./push.ts";
import { benchPull } from "./pull.ts";
import { createRandom } from "./random.ts";
import { printJson, type Row } from "./report.ts";
import { fillSchool, planSchool } from "./school.ts";
import { connectBare, createBareSystem } from "./systems/bare.ts";
import { composeServer, createEngineSystem } from "./systems/engine.ts";
import { startHttpSystem } from "./systems/http.ts";
import { createBarePulls, createEnginePulls } from "./systems/pulls.ts";

const SIZE = { users: 64, lessons: 101 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    "round-ms": { type: "string", default: "600" },
    only: { type: "string", default: "" },
  },
});
const suites = positionals.length === 0 ? ["push", "pull"] : positionals;
const seed = Number(values.seed);
const settings: BenchSettings = {
  random: createRandom(seed),
  rounds: Number(values.rounds),
  roundMs: Number(values["round-ms"]),
  only: values.only,
};

const started = performance.now();
const server = await startOwnPostgres();
const dataDir = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
const rows: Row[] = [];
try {
  if (suites.includes("push")) rows.push(...(await runPush()));
  if (suites.includes("pull")) rows.push(...(await runPull()));
} finally {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
}
printJson({ seed, rows, seconds: (performance.now() - started) / 1000 });

async function runPush(): Promise<readonly Row[]> {
  const systems = [await openEngine(), await openBare(), await openHttp()];
  try {
    return await benchPush(systems, settings);
  } finally {
    await Promise.all(systems.map(({ system }) => system.close()));
  }
}

async function runPull(): Promise<readonly Row[]> {
  const url = await server.createDatabase();
  const school = planSchool(settings.random, { users: 1, lessons: 6 });
  const [userId = ""] = school.userIds;
  await fill(url, school);
  const composed = await composeServer({ url, dataDir });
  const sql = connectBare(url);
  try {
    const systems = [createEnginePulls(composed, userId), createBarePulls(sql)];
    return await benchPull({ sql, systems, lessonIds: school.lessonIds }, settings);
  } finally {
    await Promise.all([composed.database.close(), sql.end()]);
  }
}

async function openEngine(): Promise<PushSystem> {
  const url = await server.createDatabase();
  const school = planSchool(settings.random, SIZE);
  await fill(url, school);
  return { system: createEngineSystem(await composeServer({ url, dataDir })), school };
}

async function openBare(): Promise<PushSystem> {
  const url = await server.createDatabase();
  const school = planSchool(settings.random, SIZE);
  await fill(url, school);
  return { system: createBareSystem(url), school };
}

async function openHttp(): Promise<PushSystem> {
  const url = await server.createDatabase();
  const { system, userId } = await startHttpSystem({ url, dataDir: join(dataDir, "http") });
  const school = { ...planSchool(settings.random, SIZE), userIds: [userId] };
  await fill(url, school);
  return { system, school };
}

async function fill(url: string, school: Parameters<typeof fillSchool>[1]): Promise<void> {
  const sql = connectBare(url);
  await fillSchool(sql, school);
  await sql.end();
}
