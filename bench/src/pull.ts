import type { PullOutput } from "@tidemark/api/server";
import type { Sql } from "postgres";
import type { BenchSettings } from "./bench-settings.ts";
import { printRow, type Row, type Target } from "./report.ts";
import { figuresOf, measureInTurns, percentile, type Contender, type Measured } from "./rounds.ts";

/** Rows of one page, for every system alike; the protocol's largest. */
const PAGE_ROWS = 5_000;
const SMALL_CHANGE_ROWS = 10;
const LARGE_INDEX_ROWS = 1_000_000;
const SMALL_INDEX_ROWS = 1_000;
/** The newest rows that a first pull brings of an entity with a window. */
export const WINDOW_ROWS = 1_000;
const MIB = 1024 * 1024;

export interface PullSystem {
  readonly name: string;
  /** The cursor of a device that has seen a scope, of which no row is written yet, up to its present version. */
  cursorAt(lessonId: string, version: number): Promise<string>;
  /** One page after the cursor, as the JSON text that would be sent. */
  page(request: PageRequest): Promise<Page>;
}

/** A first pull of a scope whose entity has a window, as one page. */
export interface FirstPulls {
  readonly name: string;
  pull(lessonId: string): Promise<Page>;
}

export interface PageRequest {
  readonly lessonId: string;
  readonly cursor: string;
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
  /** The same scope, first pulled by a contract with a window of `WINDOW_ROWS`. */
  readonly windowed: readonly FirstPulls[];
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
  const isFilled = name.includes(settings.only);
  if (isFilled) rows.push(await benchSmallChange(bench, { name, largeId, smallId }, settings));
  const firstPull = "first pull of 1M rows with a window";
  if (firstPull.includes(settings.only)) {
    if (!isFilled) await fillScope(bench.sql, largeId, LARGE_INDEX_ROWS);
    rows.push(await benchFirstPull(bench, { name: firstPull, lessonId: largeId }, settings));
  }
  return rows;
}

/** The newest thousand of a million rows, to a device that has nothing. */
async function benchFirstPull(
  { windowed }: PullBench,
  { name, lessonId }: { readonly name: string; readonly lessonId: string },
  { rounds, roundMs }: BenchSettings,
): Promise<Row> {
  const contenders = windowed.map(({ name: system, pull }) => ({
    name: system,
    work: async () => {
      const { rows, hasMore } = await pull(lessonId);
      if (rows !== WINDOW_ROWS || hasMore) throw new Error(`${system} pulled ${rows} rows of ${WINDOW_ROWS}.`);
      return rows;
    },
  }));
  const measured = await measureInTurns(contenders, { workers: 1, rounds, roundMs });
  return toRow({ name, unit: "rows/s", measured, targets: [timeRatio(measured, 0)] });
}

async function benchRows(
  { sql, systems }: PullBench,
  { name, count, lessonId }: { readonly name: string; readonly count: number; readonly lessonId: string },
  { rounds, roundMs }: BenchSettings,
): Promise<Row> {
  const cursors = await cursorsAt(systems, lessonId, 0);
  await fillScope(sql, lessonId, count);
  let growthBytes = 0;
  const contenders = systems.map((system) => ({
    name: system.name,
    work: async () => {
      const pulled = await pullAll(system, { lessonId, cursor: cursors.get(system.name) ?? "", limit: PAGE_ROWS });
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
  const contenders: Contender[] = [];
  for (const { label, lessonId, count } of sizes) {
    await setVersion(sql, lessonId, count - SMALL_CHANGE_ROWS);
    const cursors = await cursorsAt(systems, lessonId, count - SMALL_CHANGE_ROWS);
    await fillScope(sql, lessonId, count);
    for (const system of systems) {
      const cursor = cursors.get(system.name) ?? "";
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

async function cursorsAt(
  systems: readonly PullSystem[],
  lessonId: string,
  version: number,
): Promise<ReadonlyMap<string, string>> {
  const cursors = systems.map(async (system) => [system.name, await system.cursorAt(lessonId, version)] as const);
  return new Map(await Promise.all(cursors));
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

/** Rows as a lesson's messages leave them in the change index, by SQL; ids rise with time, as those of devices do. */
async function fillScope(sql: Sql, lessonId: string, count: number): Promise<void> {
  await sql`
    insert into sync_changes (scope, entity, entity_id, version, value)
    select ${`lesson:${lessonId}`}, 'chatMessage', id, version, ('{"id":"' || id || '","lessonId":"' || ${lessonId}::text
      || '","authorId":"' || ${lessonId}::text || '","text":"A line such as people write in a lesson, number ' || version
      || '","createdAt":"2026-11-22T10:00:00.000000Z","editedAt":null}')::json
    from generate_series(1, ${count}::int) as version,
      lateral (select overlay(${lessonId}::text placing lpad(to_hex(version), 12, '0') from 25) as id) as message`;
  await setVersion(sql, lessonId, count);
  // What autovacuum would have done by the time that a lesson has so many rows.
  await sql`vacuum analyze sync_changes`;
}

async function setVersion(sql: Sql, lessonId: string, version: number): Promise<void> {
  await sql`
    insert into sync_scopes (scope, version) values (${`lesson:${lessonId}`}, ${version})
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
  const row = { suite: "pull", name, unit, systems: figuresOf(measured), targets };
  printRow(row);
  return row;
}
