import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom, type Random } from "../oracle/random.ts";
import { createNotesBrowser, type BrowserTab, type NotesBrowser } from "./notes-browser.ts";
import type { Writes } from "./notes-page.ts";
import { startNotesSite, type NotesSite } from "./notes-site.ts";

const isLong = process.env["TIDEMARK_LONG"] === "1";
const KILLS = isLong ? 1_000 : 50;
/** After so many kills of a tab, the next one takes the whole browser. */
const KILLS_PER_BROWSER = isLong ? 50 : 17;
const TABS = 3;
/** A push that is under way for a moment dies with its tab now and then, before the server hears it or after. */
const MAX_PUSH_DELAY_MS = 40;
const MAX_PAUSE_MS = 40;
const seed = Number(process.env["TIDEMARK_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

test(
  `C1 C10 C18 I1 I2: ${KILLS} kills right after mutate() resolved leave every operation on the server, once`,
  async () => {
    const random = createRandom(seed);
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    site.beforeCall = async ({ kind }) => {
      if (kind === "push") await wait(random.below(MAX_PUSH_DELAY_MS));
    };

    const tally = { resolved: new Set<string>(), unawaited: new Set<string>(), leaders: 0, browsers: 0 };
    let tabs: BrowserTab[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (tabs.length < TABS) tabs.push(await device.open());
      const victim = await pickVictim(tabs, { isLeader: kill % 2 === 0, fallback: random.below(TABS) });
      const writes = planWrites(kill, random);
      const wholeBrowser = kill % KILLS_PER_BROWSER === 0;

      const { wasLeader } = await writeAndDie({ site, device, victim, writes, wholeBrowser });
      for (const id of writes.ids) tally.resolved.add(id);
      tally.unawaited.add(writes.unawaited);
      tally.leaders += Number(wasLeader);
      tally.browsers += Number(wholeBrowser);
      tabs = wholeBrowser ? [] : tabs.filter((tab) => tab !== victim);
    }

    const last = await device.open();
    await expect
      .poll(() => last.page.evaluate(() => notesTab.status()))
      .toMatchObject({ state: "synced", pending: 0, deadLetters: 0 });
    const added = (await site.server.effects()).map(({ noteId }) => noteId);
    console.info(
      `${KILLS} kills (seed ${seed}): ${tally.leaders} of leaders, ${tally.browsers} of the whole browser; ` +
        `${tally.resolved.size} operations resolved, ${added.length} on the server, ${site.resent()} sent again`,
    );
    expect(added.length).toBe(new Set(added).size);
    expect(added.filter((id) => tally.resolved.has(id)).length).toBe(tally.resolved.size);
    // A write that nobody waited for may have been lost with its tab, and may not.
    expect(added.filter((id) => !tally.resolved.has(id) && !tally.unawaited.has(id))).toEqual([]);
    const shown = await last.page.evaluate(() => notesTab.notes());
    expect(shown.map(({ id }) => id).sort()).toEqual(added.sort());
  },
  KILLS * 2_000,
);

interface Death {
  readonly site: NotesSite;
  readonly device: NotesBrowser;
  readonly victim: BrowserTab;
  readonly writes: Writes;
  readonly wholeBrowser: boolean;
}

/** Has a tab write, and kills it, or the browser, in the moment in which its promises resolved. */
async function writeAndDie({
  site,
  device,
  victim,
  writes,
  wholeBrowser,
}: Death): Promise<{ readonly wasLeader: boolean }> {
  const { name, page, pid } = victim;
  const call = page.evaluate((planned) => notesTab.addAndReport(planned), writes);
  const report = await Promise.race([site.resolved(name), call]);
  if (report === undefined) throw new Error("The tab did not wait for its end.");
  if (wholeBrowser) {
    await device.kill();
  } else {
    const crashed = page.waitForEvent("crash");
    process.kill(pid, "SIGKILL");
    await crashed;
    await page.close();
  }
  return report;
}

function planWrites(kill: number, random: Random): Writes {
  const others = Array.from({ length: random.below(3) }, (_, index) => `kill ${kill}, after the pause ${index + 1}`);
  return {
    ids: [`kill ${kill}`, ...others],
    unawaited: `kill ${kill}, nobody waits`,
    pauseMs: random.below(MAX_PAUSE_MS),
  };
}

/** A tab in the role that is asked for, where there is one. */
async function pickVictim(tabs: readonly BrowserTab[], { isLeader, fallback }: Wanted): Promise<BrowserTab> {
  const roles = await Promise.all(tabs.map(({ page }) => page.evaluate(() => notesTab.status().isLeader)));
  const found = tabs.find((_, index) => roles[index] === isLeader) ?? tabs[fallback];
  if (found === undefined) throw new Error("There is no tab to kill.");
  return found;
}

interface Wanted {
  readonly isLeader: boolean;
  /** Position of the tab to take where none has the role. */
  readonly fallback: number;
}
