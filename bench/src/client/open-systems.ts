import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundlePage, createProfile, servePage, startBrowser } from "@tidemark/browser-testing";
import type { CDPSession, Page } from "playwright-core";
import { createNotesServer, type NotesServer } from "./notes-server.ts";
import type { Durability, Feature, PageBench } from "./page-api.ts";

export const systemNames = [
  "tidemark",
  "raw",
  "dexie",
  "replicache",
  "replicache-persisted",
  "tanstack",
  "rxdb",
] as const;
export type SystemName = (typeof systemNames)[number];

const MAX_CALL_MS = 180_000;

/** A contender with a page of its own, from an origin of its own, and a server of its own. */
export interface OpenSystem {
  readonly name: SystemName;
  readonly durability: Durability;
  readonly missing: readonly Feature[];
  /** Rows and queued writes that it can be given. */
  readonly maxItems: number;
  readonly page: Page;
  /** Where the page is. */
  readonly url: string;
  /** The page's DevTools. */
  readonly devTools: CDPSession;
  readonly server: NotesServer;
  /** Of the page's whole script: minified, gzipped. */
  readonly scriptBytes: number;
}

export interface OpenSystems {
  readonly systems: readonly OpenSystem[];
  close(): Promise<void>;
}

/** Bundles, serves and opens every contender's page in one Chromium. */
export async function openSystems(): Promise<OpenSystems> {
  const profile = await createProfile();
  const browser = await startBrowser(profile, { flags: ["--js-flags=--expose-gc"] });
  const sites = await Promise.all(systemNames.map(startSite));
  const systems: OpenSystem[] = [];
  for (const { name, server, site, scriptBytes } of sites) {
    const page = await browser.context.newPage();
    page.setDefaultTimeout(0);
    page.on("pageerror", (error) => process.stderr.write(`${name}: ${error.stack ?? error.message}\n`));
    await page.goto(site.url);
    const devTools = await browser.context.newCDPSession(page);
    await devTools.send("Performance.enable");
    const traits = await page.evaluate(() => {
      const { durability, missing, maxItems } = globalThis.bench;
      return { durability, missing, maxItems };
    });
    systems.push({ name, ...traits, page, url: site.url, devTools, server, scriptBytes });
  }
  return {
    systems,
    async close() {
      await browser.kill();
      await Promise.all(sites.map(({ site }) => site.close()));
      await profile.remove();
    },
  };
}

async function startSite(name: SystemName) {
  const files = await bundlePage(fileURLToPath(new URL(`page/systems/${name}.ts`, import.meta.url)));
  const server = createNotesServer();
  const site = await servePage(files, server.answer);
  return { name, server, site, scriptBytes: gzipSync(files.script, { level: 9 }).length };
}

type Calls = { [Name in keyof PageBench]: PageBench[Name] extends (...args: never) => unknown ? Name : never };
type Call = Calls[keyof Calls];

/** Runs one of the page's functions in it. */
export function callPage<Name extends Call>(
  { page }: OpenSystem,
  name: Name,
  ...args: Parameters<PageBench[Name]>
): Promise<Awaited<ReturnType<PageBench[Name]>>>;
export function callPage({ page, name: system }: OpenSystem, name: Call, options: unknown): Promise<unknown> {
  const run = async ([call, given]: readonly [Call, unknown]) => {
    const answer: unknown = await Reflect.apply(globalThis.bench[call], undefined, [given]);
    return answer;
  };
  return withinTime(page.evaluate(run, [name, options] as const), `${system}: ${name}`);
}

/** A contender that never answers ends the bench by its name, not by its silence. */
async function withinTime<Result>(answer: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${MAX_CALL_MS} ms.`)), MAX_CALL_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Main-thread milliseconds that the page has used since it was loaded. */
export async function mainThreadMs({ devTools }: OpenSystem): Promise<number> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
}

/** Bytes that the page's JavaScript holds, without garbage. */
export async function heapBytes({ devTools }: OpenSystem): Promise<number> {
  await devTools.send("HeapProfiler.collectGarbage");
  await devTools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devTools.send("Runtime.getHeapUsage");
  return usedSize;
}
