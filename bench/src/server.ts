import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOwnPostgres } from "@tidemark/db/testing";
import type { BenchSettings } from "./bench-settings.ts";
import { benchPull, WINDOW_ROWS } from "./pull.ts";
import { benchPush, type PushSystem } from "./push.ts";
import type { Row } from "./report.ts";
import { fillSchool, planSchool } from "./school.ts";
import { connectBare, createBareSystem } from "./systems/bare.ts";
import { composeServer, createEngineSystem } from "./systems/engine.ts";
import { startHttpSystem } from "./systems/http.ts";
import { createBarePulls, createEnginePulls } from "./systems/pulls.ts";
import { createBareFirstPulls, createWindowedPulls } from "./systems/windowed-pulls.ts";

const SIZE = { users: 64, lessons: 101 };

interface Place {
  /** A new database of its own, on the Postgres that all systems share. */
  readonly createDatabase: () => Promise<string>;
  readonly dataDir: string;
  readonly settings: BenchSettings;
}

/** Runs a suite of the engine beside hand-written SQL, on a Postgres of its own. */
export async function benchServer(suite: "push" | "pull", settings: BenchSettings): Promise<readonly Row[]> {
  const server = await startOwnPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
  const place = { createDatabase: () => server.createDatabase(), dataDir, settings };
  try {
    return await (suite === "push" ? runPush(place) : runPull(place));
  } finally {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runPush(place: Place): Promise<readonly Row[]> {
  const systems = [await openEngine(place), await openBare(place), await openHttp(place)];
  try {
    return await benchPush(systems, place.settings);
  } finally {
    await Promise.all(systems.map(({ system }) => system.close()));
  }
}

async function runPull({ createDatabase, dataDir, settings }: Place): Promise<readonly Row[]> {
  const url = await createDatabase();
  const school = planSchool(settings.random, { users: 1, lessons: 6 });
  const [userId = ""] = school.userIds;
  await fill(url, school);
  const composed = await composeServer({ url, dataDir });
  const sql = connectBare(url);
  try {
    const systems = [createEnginePulls(composed, userId), createBarePulls(sql)];
    const windowed = [createWindowedPulls(composed.database, WINDOW_ROWS), createBareFirstPulls(sql, WINDOW_ROWS)];
    return await benchPull({ sql, systems, windowed, lessonIds: school.lessonIds }, settings);
  } finally {
    await Promise.all([composed.database.close(), sql.end()]);
  }
}

async function openEngine({ createDatabase, dataDir, settings }: Place): Promise<PushSystem> {
  const url = await createDatabase();
  const school = planSchool(settings.random, SIZE);
  await fill(url, school);
  return { system: createEngineSystem(await composeServer({ url, dataDir })), school };
}

async function openBare({ createDatabase, settings }: Place): Promise<PushSystem> {
  const url = await createDatabase();
  const school = planSchool(settings.random, SIZE);
  await fill(url, school);
  return { system: createBareSystem(url), school };
}

async function openHttp({ createDatabase, dataDir, settings }: Place): Promise<PushSystem> {
  const url = await createDatabase();
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
