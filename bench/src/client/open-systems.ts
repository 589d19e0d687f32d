import { fileURLToPath } from "node:url";
import { bundlePage, createProfile, servePage, startBrowser } from "@tidemark/browser-testing";
import type { Page } from "playwright-core";
import type { Durability, PageBench } from "./page-api.ts";

export const systemNames = ["tidemark", "raw", "dexie"] as const;
export type SystemName = (typeof systemNames)[number];

/** A contender with a page of its own, from an origin of its own. */
export interface OpenSystem {
  readonly name: SystemName;
  readonly durability: Durability;
  readonly page: Page;
}

export interface OpenSystems {
  readonly systems: readonly OpenSystem[];
  close(): Promise<void>;
}

/** Bundles, serves and opens every contender's page in one Chromium. */
export async function openSystems(): Promise<OpenSystems> {
  const profile = await createProfile();
  const browser = await startBrowser(profile);
  const servers = await Promise.all(
    systemNames.map(async (name) => {
      const entry = fileURLToPath(new URL(`page/systems/${name}.ts`, import.meta.url));
      return { name, server: await servePage(await bundlePage(entry)) };
    }),
  );
  const systems: OpenSystem[] = [];
  for (const { name, server } of servers) {
    const page = await browser.context.newPage();
    page.on("pageerror", (error) => process.stderr.write(`${name}: ${error.stack ?? error.message}\n`));
    await page.goto(server.url);
    systems.push({ name, durability: await page.evaluate(() => globalThis.bench.durability), page });
  }
  return {
    systems,
    async close() {
      await browser.kill();
      await Promise.all(servers.map(({ server }) => server.close()));
      await profile.remove();
    },
  };
}

type Calls = { [Name in keyof PageBench]: PageBench[Name] extends (...args: never) => unknown ? Name : never };
type Call = Calls[keyof Calls];

/** Runs one of the page's functions in it. */
export function callPage<Name extends Call>(
  { page }: OpenSystem,
  name: Name,
  ...args: Parameters<PageBench[Name]>
): Promise<Awaited<ReturnType<PageBench[Name]>>>;
export function callPage({ page }: OpenSystem, name: Call, options: unknown): Promise<unknown> {
  const run = async ([call, given]: readonly [Call, unknown]) => {
    const answer: unknown = await Reflect.apply(globalThis.bench[call], undefined, [given]);
    return answer;
  };
  return page.evaluate(run, [name, options] as const);
}
