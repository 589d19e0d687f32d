import { randomBytes } from "node:crypto";
import { TidemarkError } from "@tidemark/api/errors";
import { describe, expect, it } from "vitest";
import { createNotesBrowser, statusOf, type BrowserTab } from "./notes-browser.ts";
import { startNotesSite, type NotesSite } from "./notes-site.ts";

/** Refuses pushes, so that what is written waits on the device. */
const refusePushes: NotesSite["beforeCall"] = ({ kind }) => {
  if (kind === "push") throw new TidemarkError("UNAVAILABLE", { message: "Not now." });
};
const originOf = (site: NotesSite) => new URL(site.url).origin;
const texts = async ({ page }: BrowserTab) => (await page.evaluate(() => notesTab.notes())).map(({ text }) => text);

describe("storage in a real browser", () => {
  it("C1 I1 I10: when the quota is exhausted what resolved survives, the rest rejects visibly", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    site.beforeCall = refusePushes;
    // Before the page opens: the browser remembers for a while how much room there was.
    const { context } = await device.browser();
    const devTools = await context.newCDPSession(await context.newPage());
    await devTools.send("Storage.overrideQuotaForOrigin", { origin: originOf(site), quotaSize: 1_000_000 });
    const tab = await device.open();

    const kept: string[] = [];
    let refused: string | null = null;
    for (let count = 1; refused === null && count <= 20; count += 1) {
      // Chance, which the browser's compression does not shrink.
      const text = `${count} ${randomBytes(64_000).toString("base64")}`;
      ({ refused } = await tab.page.evaluate((long) => notesTab.add(long), text));
      if (refused === null) kept.push(text);
    }
    expect(refused).toBe("STORAGE_FULL");
    expect(kept.length).toBeGreaterThan(0);
    expect(await statusOf(tab.page)).toMatchObject({ state: "stuck", reason: "storage", pending: kept.length });
    expect(await texts(tab)).toEqual(kept);

    await device.kill();
    const again = await device.open();
    await again.page.evaluate(() => notesTab.opened());
    expect(await texts(again)).toEqual(kept);
    expect((await again.page.evaluate(() => notesTab.add("fits"))).refused).toBeNull();
    site.beforeCall = () => {};
    await again.page.evaluate(() => notesTab.syncNow());
    await expect.poll(() => statusOf(again.page)).toMatchObject({ state: "synced", pending: 0 });
    expect(await site.server.texts()).toEqual([...kept, "fits"]);
  });

  for (const [how, clear] of [
    ["the browser clears the storage", clearByBrowser],
    ["another page deletes the database", ({ page }: BrowserTab) => page.evaluate(() => notesTab.deleteDatabases())],
  ] as const) {
    it(`C20 I1 I2: ${how} under two open tabs: new device id, full pull, nothing lost or doubled`, async () => {
      await using site = await startNotesSite();
      await using device = createNotesBrowser(site);
      const devices = new Set<string>();
      const tabs = [await device.open(), await device.open()] as const;
      const [tab, other] = tabs;
      await tab.page.evaluate(() => notesTab.add("arrived"));
      await expect.poll(() => statusOf(tab.page)).toMatchObject({ state: "synced", pending: 0 });
      site.beforeCall = (call) => {
        devices.add(call.deviceId);
        return refusePushes(call);
      };
      await tab.page.evaluate(() => notesTab.add("waits in the one"));
      await other.page.evaluate(() => notesTab.add("waits in the other"));
      await expect.poll(() => texts(tab)).toHaveLength(3);
      await expect.poll(() => texts(other)).toHaveLength(3);
      expect(devices.size).toBe(1);

      await clear(tab, site);
      site.beforeCall = ({ deviceId }) => void devices.add(deviceId);
      await tab.page.evaluate(() => notesTab.syncNow());
      const all = ["arrived", "waits in the one", "waits in the other"];
      for (const one of tabs) {
        await expect.poll(() => statusOf(one.page)).toMatchObject({ state: "synced", pending: 0 });
        await expect.poll(() => texts(one)).toEqual(all);
      }
      expect(await site.server.texts()).toEqual(all);
      expect(devices.size).toBe(2);
      expect((await tab.page.evaluate(() => notesTab.add("after"))).refused).toBeNull();
      await expect.poll(() => site.server.texts()).toEqual([...all, "after"]);
    });
  }

  it("C20 I10: a tab of an older app that blocks the upgrade is told of, and once it is closed all goes on by itself", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    const { context } = await device.browser();
    const oldApp = await context.newPage();
    // Any address of the origin without our app will do.
    await oldApp.goto(`${site.url}page.js`);
    await oldApp.evaluate(holdDatabase, { name: "tidemark:notes:ann", version: OLDEST_VERSION });
    const { page } = await device.open();
    expect(await page.evaluate(() => notesTab.opened())).toBe("STORAGE_BLOCKED");
    expect((await page.evaluate(() => notesTab.add("nowhere"))).refused).toBe("STORAGE_BLOCKED");
    expect(await statusOf(page)).toMatchObject({ state: "stuck", reason: "storage", pending: 0 });

    await oldApp.close();
    await expect.poll(() => statusOf(page)).toMatchObject({ state: "synced", reason: "none" });
    expect((await page.evaluate(() => notesTab.add("kept"))).refused).toBeNull();
    await expect.poll(() => site.server.texts()).toEqual(["kept"]);
  });

  it("C20 I10: where site data is blocked every write rejects, and the status says why", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    const { page } = await device.open({ path: "sandboxed" });
    expect(await page.evaluate(() => notesTab.opened())).toBe("STORAGE_UNAVAILABLE");
    expect((await page.evaluate(() => notesTab.add("nowhere"))).refused).toBe("STORAGE_UNAVAILABLE");
    expect(await statusOf(page)).toMatchObject({ state: "stuck", reason: "storage", pending: 0 });
    expect(await page.evaluate(() => notesTab.notes())).toEqual([]);
  });

  it("C20 I1: a private window works for as long as it is open; the next one is a new device and pulls everything", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    const { browser } = await device.browser();
    const devices = new Set<string>();
    site.beforeCall = ({ deviceId }) => void devices.add(deviceId);
    for (const [text, all] of [
      ["first", ["first"]],
      ["second", ["first", "second"]],
    ] as const) {
      const window = await browser.newContext();
      const page = await window.newPage();
      await page.goto(`${site.url}?user=ann&list=home`);
      expect((await page.evaluate((written) => notesTab.add(written), text)).refused).toBeNull();
      await expect.poll(() => statusOf(page)).toMatchObject({ state: "synced", pending: 0 });
      expect((await page.evaluate(() => notesTab.notes())).map((note) => note.text)).toEqual(all);
      await window.close();
    }
    expect(devices.size).toBe(2);
  });
});

async function clearByBrowser({ page }: BrowserTab, site: NotesSite): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Storage.clearDataForOrigin", { origin: originOf(site), storageTypes: "indexeddb" });
}

/** Of the contract's first version, before the first layout of the stores. */
const OLDEST_VERSION = 100;

/** Runs in a page: opens the database and never makes way. */
async function holdDatabase({ name, version }: { readonly name: string; readonly version: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => {
      // Named, lest the browser collects and closes it.
      Reflect.set(globalThis, "heldDatabase", request.result);
      resolve();
    };
    request.onerror = () => reject(request.error ?? new Error("The database cannot be opened."));
  });
}
