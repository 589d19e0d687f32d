import type { PullOutput } from "@tidemark/api/server";
import type { Sql } from "postgres";
import type { BenchSettings } from "./bench-settings.ts";
import { printRow, type Row, type Target } from "./report.ts";
import { measureInTurns, median, percentile, type Measured } from "./rounds.ts";

/** Rows of one page, for every system alike; the protocol's largest. */
const PAGE_ROWS = 5_000;
const SMALL_CHANGE_ROWS = 10;
const LARGE_INDEX_ROWS = 1_000_000;
const SMALL_INDEX_ROWS = 1_000;
const MIB = 1024 * 1024;

export interface PullSystem {
  readonly name: string;
  /** A device's cursor for a scope that has nothing yet; `null` where the system needs none. */
  startBefore(lessonId: string): Promise<string | null>;
  /** One page after the cursor, as the JSON text that would be sent. */
  page(request: PageRequest): Promise<Page>;
}

export interface PageRequest {
  readonly lessonId: string;
  readonly cursor: string | null;
  readonly limit: number;
}

export interface Page {
  readonly rows: number;
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly bytes: number;
}

export interface PullBench {
  readonly sql: Sql;
  readonly systems: readonly PullSystem[];
  /** Empty lessons that the reader is in; each row takes one. */
  readonly lessonIds: readonly string[];
}

/** A page of the engine's or the server's as the bench counts it. */
export function toPage(output: PullOutput): Page {
  const { cursor, hasMore, changes } = output;
  return { rows: changes.length, cursor, hasMore, bytes: JSON.stringify(output).length };
}

/** Runs every row; prints each as it comes. */
export async function benchPull(bench: PullBench, settings: BenchSettings): Promise<readonly Row[]> {
  const lessons = [...bench.lessonIds];
  const rows: Row[] = [];
  for (const count of [1, 100, 10_000, 100_000]) {
    const name = `pull of ${count.toLocaleString("en-US")} rows`;
    if (name.includes(settings.only))
      rows.push(await benchRows(bench, { name, count, lessonId: lessons.pop() ?? "" }, settings));
  }
  const name = `${SMALL_CHANGE_ROWS} changes of 1M against of 1k`;
  const [largeId = "", smallId = ""] = lessons;
  if (name.includes(settings.only)) rows.push(await benchSmallChange(bench, { name, largeId, smallId }, settings));
  return rows;
}

async function benchRows(
  { sql, systems }: PullBench,
  { name, count, lessonId }: { readonly name: string; readonly count: number; readonly lessonId: string },
  { rounds, roundMs }: BenchSettings,
): Promise<Row> {
  const cursors = await startCursors(systems, lessonId);
  await fillScope(sql, lessonId, count);
  let growthBytes = 0;
  const contenders = systems.map((system) => ({
    name: system.name,
    work: async () => {
      const pulled = await pullAll(system, { lessonId, cursor: cursors.get(system.name) ?? null, limit: PAGE_ROWS });
      if (pulled.rows !== count) throw new Error(`${system.name} pulled ${pulled.rows} rows of ${count}.`);
      if (system.name === "engine") growthBytes = Math.max(growthBytes, pulled.growthBytes);
      return count;
    },
  }));
  const measured = await measureInTurns(contenders, { workers: 1, rounds, roundMs });
  const targets: Target[] = [timeRatio(measured, count === 10_000 ? 2 : 0)];
  if (count === 100_000) {
    targets.push({ name: "RSS growth MiB", value: growthBytes / MIB, bound: 64, sense: "at most" });
  }
  return toRow({ name, unit: "rows/s", measured, targets });
}

/** The same ten changes, out of a scope of a million rows and out of one of a thousand: two contenders a system. */
async function benchSmallChange(
  { sql, systems }: PullBench,
  { name, largeId, smallId }: { readonly name: string; readonly largeId: string; readonly smallId: string },
  { rounds, roundMs }: BenchSettings,
): Promise<Row> {
  const sizes = [
    { label: "1M", lessonId: largeId, count: LARGE_INDEX_ROWS },
    { label: "1k", lessonId: smallId, count: SMALL_INDEX_ROWS },
  ];
  for (const { lessonId, count } of sizes) await fillScope(sql, lessonId, count);
  await sql`analyze sync_changes`;
  const contenders = [];
  for (const system of systems) {
    for (const { label, lessonId, count } of sizes) {
      const cursor = await cursorBehind(system, { lessonId, count });
      const work = async () => {
        const page = await system.page({ lessonId, cursor, limit: PAGE_ROWS });
        if (page.rows !== SMALL_CHANGE_ROWS) throw new Error(`${system.name} pulled ${page.rows} rows of ${label}.`);
        return page.rows;
      };
      contenders.push({ name: `${system.name} ${label}`, work });
    }
  }
  const measured = await measureInTurns(contenders, { workers: 1, rounds, roundMs });
  const p50 = (contender: string) => percentile(measured.get(contender)?.latenciesMs ?? [], 0.5);
  const value = p50("engine 1M") / p50("engine 1k");
  return toRow({
    name,
    unit: "rows/s",
    measured,
    targets: [{ name: "engine 1M/1k", value, bound: 1.5, sense: "at most" }],
  });
}

/** A cursor that lacks a scope's newest ten rows. */
async function cursorBehind(
  system: PullSystem,
  { lessonId, count }: { readonly lessonId: string; readonly count: number },
) {
  let cursor = await system.startBefore(lessonId);
  for (let left = count - SMALL_CHANGE_ROWS; left > 0;) {
    const page = await system.page({ lessonId, cursor, limit: Math.min(left, PAGE_ROWS) });
    ({ cursor } = page);
    left -= page.rows;
  }
  return cursor;
}

async function startCursors(
  systems: readonly PullSystem[],
  lessonId: string,
): Promise<ReadonlyMap<string, string | null>> {
  return new Map(
    await Promise.all(systems.map(async (system) => [system.name, await system.startBefore(lessonId)] as const)),
  );
}

/** Pulls page after page and forgets them, as a server does; tells how far its memory rose meanwhile. */
async function pullAll(system: PullSystem, first: PageRequest) {
  const before = process.memoryUsage.rss();
  let [rows, growthBytes] = [0, 0];
  for (let { cursor } = first, hasMore = true; hasMore;) {
    const page = await system.page({ ...first, cursor });
    ({ cursor, hasMore } = page);
    rows += page.rows;
    growthBytes = Math.max(growthBytes, process.memoryUsage.rss() - before);
  }
  return { rows, growthBytes };
}

/** Rows as a lesson's messages leave them in the change index, by SQL. */
async function fillScope(sql: Sql, lessonId: string, count: number): Promise<void> {
  const scope = `lesson:${lessonId}`;
  await sql`
    insert into sync_changes (scope, entity, entity_id, version, value)
    select ${scope}, 'chatMessage', id, version, json_build_object(
      'id', id, 'lessonId', ${lessonId}::text, 'authorId', ${lessonId}::text,
      'text', 'A line such as people write in a lesson, number ' || version,
      'createdAt', '2026-11-22T10:00:00.000000Z', 'editedAt', null)
    from (select version, gen_random_uuid()::text as id from generate_series(1, ${count}::int) as version) as message`;
  await sql`
    insert into sync_scopes (scope, version) values (${scope}, ${count})
    on conflict (scope) do update set version = excluded.version`;
}

/** How much longer the engine takes than the bare select, by the median of a whole pull. */
function timeRatio(measured: ReadonlyMap<string, Measured>, bound: number): Target {
  const p50 = (name: string) => percentile(measured.get(name)?.latenciesMs ?? [], 0.5);
  return { name: "time engine/bare", value: p50("engine") / p50("bare"), bound, sense: "at most" };
}

function toRow({
  name,
  unit,
  measured,
  targets,
}: Pick<Row, "name" | "unit" | "targets"> & { readonly measured: ReadonlyMap<string, Measured> }): Row {
  const systems = [...measured].map(([system, { perSecond, latenciesMs }]) => {
    const [p50Ms, p99Ms] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
    return { name: system, perSecond: median(perSecond), p50Ms, p99Ms };
  });
  const row = { suite: "pull", name, unit, systems, targets };
  printRow(row);
  return row;
}
