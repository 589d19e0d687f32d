import { loadavg } from "node:os";
import type { BenchSettings } from "./bench-settings.ts";
import { startDemoSite, type DemoSite, type DemoWindow } from "./demo/demo-site.ts";
import { measureFirstLoad } from "./demo/first-load.ts";
import { measureBareKeyPresses, measureKeyPresses } from "./demo/key-presses.ts";
import { measureScroll } from "./demo/scroll.ts";
import { printRow, type NamedFigures, type Row, type Target } from "./report.ts";
import { median } from "./rounds.ts";

const FIRST_LOAD_SLOWDOWN = 4;
const FIRST_LOAD = "first load: bytes, LCP, shift";

/** The built demo on the real server, as a person's browser has it: its processor slowed down, and as it is. */
export async function benchDemo(settings: BenchSettings): Promise<readonly Row[]> {
  process.stdout.write(`load average ${loadavg()[0]?.toFixed(1)}\n`);
  const keyPress = `key press to paint, ${inThousands(settings.items)} messages`;
  const scroll = `scroll through ${inThousands(settings.items)} messages`;
  const isWanted = (name: string) => name.includes(settings.only);
  const rows: Row[] = [];
  const add = (row: Row): void => {
    printRow(row);
    rows.push(row);
  };
  const site = await startDemoSite();
  try {
    if (isWanted(FIRST_LOAD)) {
      const rounds: NamedFigures[] = [];
      for (let round = 0; round < settings.rounds; round += 1)
        rounds.push(await measureFirstLoad(site, FIRST_LOAD_SLOWDOWN));
      add(rowOf(FIRST_LOAD, [mediansOf(rounds)], { "script kB": 200, "LCP ms": 1_000, "layout shift": 0.02 }));
    }
    if (!isWanted(keyPress) && !isWanted(scroll)) return rows;
    await site.seed(settings.items, settings.random);
    for (const times of settings.slowdowns) {
      const window = await site.openWindow();
      await window.page.goto(site.url);
      await window.signIn();
      await window.openLesson();
      await inStore(window);
      await window.slowDown(times);
      const name = times === 1 ? "unslowed" : `${times} × slowed`;
      if (isWanted(keyPress)) {
        const app = await measureKeyPresses(window.page, name);
        add(rowOf(keyPress, [app, await measureEmptyPage(site, times)], { "p95 ms": 16, "max ms": 16 }));
      }
      if (isWanted(scroll)) add(rowOf(scroll, [await measureScroll(window, name)], { "dropped %": 1 }));
      await window.close();
    }
    return rows;
  } finally {
    await site.close();
  }
}

async function measureEmptyPage(site: DemoSite, times: number): Promise<NamedFigures> {
  const window = await site.openWindow();
  await window.slowDown(times);
  const figures = await measureBareKeyPresses(window.page, "the same on an empty page");
  await window.close();
  return figures;
}

/** The device has pulled everything, and nothing is under way. */
async function inStore({ page }: DemoWindow): Promise<void> {
  await page.getByRole("button", { name: /^Sync/ }).click();
  await page.locator('section[data-queue="0"][data-state="synced"]').waitFor();
  await page.getByRole("button", { name: /^Sync/ }).click();
  await page.waitForLoadState("networkidle");
}

/** The bounds are the first system's: the app's. */
function rowOf(name: string, systems: readonly NamedFigures[], bounds: Readonly<Record<string, number>>): Row {
  const targets = Object.entries(bounds).map(([figure, bound]): Target => {
    return { name: figure, value: systems[0]?.figures[figure] ?? Number.NaN, bound, sense: "at most" };
  });
  return { suite: "demo", name, unit: "", systems, targets };
}

function mediansOf(rounds: readonly NamedFigures[]): NamedFigures {
  const [first] = rounds;
  if (first === undefined) throw new RangeError("--rounds must be at least 1.");
  const figures = Object.keys(first.figures).map((key): [string, number] => {
    return [key, median(rounds.map((round) => round.figures[key] ?? Number.NaN))];
  });
  return { name: first.name, figures: Object.fromEntries(figures) };
}

const inThousands = (items: number): string => (items % 1_000 === 0 ? `${items / 1_000}k` : String(items));
