import { TidemarkError } from "@tidemark/api/errors";
import { describe, expect, it } from "vitest";
import { createNotesBrowser, statusOf } from "./notes-browser.ts";
import { startNotesSite } from "./notes-site.ts";

const texts = (count: number) => Array.from({ length: count }, (_, index) => `note ${index + 1}`);

describe("a server that does not take the request", () => {
  it("C15 I10: a 401 in the middle of a drain drops nothing, and signing in resumes", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    const written = Promise.withResolvers<void>();
    site.beforeCall = async ({ kind }) => {
      if (kind === "pull") return;
      await written.promise;
      // The token ends while this push, one of several, is under way.
      site.isSignedOut = true;
    };
    const { page } = await device.open();
    await page.evaluate((all) => notesTab.addAll(all), texts(1_600));
    written.resolve();

    await expect.poll(() => statusOf(page)).toMatchObject({ state: "stuck", reason: "signed-out" });
    await expect.poll(() => page.evaluate(() => notesTab.renewals())).toBeGreaterThan(0);
    const arrived = (await site.server.effects()).length;
    expect(arrived).toBeGreaterThan(0);
    expect(arrived).toBeLessThan(1_600);
    expect(await page.evaluate(() => notesTab.notes().length)).toBe(1_600);

    site.beforeCall = () => {};
    site.isSignedOut = false;
    await page.evaluate(() => notesTab.syncNow());
    await expect.poll(() => statusOf(page)).toMatchObject({ state: "synced", reason: "none" });
    expect(await site.server.texts()).toEqual(texts(1_600));
  });

  it("C15 I10: an error whose text looks like one that is final drops nothing: only its code counts", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    site.beforeCall = ({ kind }) => {
      if (kind === "push")
        throw new TidemarkError("INTERNAL", { message: "14003: 400 Bad Request, FORBIDDEN, rejected" });
    };
    const { page } = await device.open();
    await page.evaluate((all) => notesTab.addAll(all), texts(3));

    await expect
      .poll(() => statusOf(page))
      .toMatchObject({ state: "stuck", reason: "server", pending: 3, deadLetters: 0 });
    const activity = await page.evaluate(() => notesTab.activity());
    expect(activity.some(({ message }) => message?.includes("14003"))).toBe(true);

    site.beforeCall = () => {};
    await page.evaluate(() => notesTab.syncNow());
    await expect.poll(() => statusOf(page)).toMatchObject({ state: "synced", pending: 0 });
    expect(await site.server.texts()).toEqual(texts(3));
  });
});

describe("two people on one device in turn", () => {
  it("C4 I7: neither pushes nor sees the other's rows, and each one's queue waits for them", async () => {
    await using site = await startNotesSite();
    await using device = createNotesBrowser(site);
    const people = new Map<string, Set<string>>();
    site.beforeCall = ({ userId, deviceId, kind }) => {
      people.set(userId, (people.get(userId) ?? new Set()).add(deviceId));
      if (userId === "ann" && kind === "push") throw new TidemarkError("UNAVAILABLE", { message: "Not now." });
    };
    const ann = await device.open({ user: "ann" });
    await ann.page.evaluate((all) => notesTab.addAll(all), texts(3));
    await expect.poll(() => statusOf(ann.page)).toMatchObject({ pending: 3, reason: "server" });
    await ann.page.close();

    const ben = await device.open({ user: "ben" });
    await ben.page.evaluate(() => notesTab.opened());
    await expect.poll(() => statusOf(ben.page)).toMatchObject({ state: "synced", pending: 0 });
    expect(await ben.page.evaluate(() => notesTab.notes())).toEqual([]);
    await ben.page.close();
    await site.server.setMember("office", "ben");
    const office = await device.open({ user: "ben", list: "office" });
    await office.page.evaluate(() => notesTab.add("Ben's"));
    await expect.poll(() => statusOf(office.page)).toMatchObject({ state: "synced", pending: 0 });
    expect(await site.server.texts()).toEqual(["Ben's"]);
    await office.page.close();

    site.beforeCall = () => {};
    const annAgain = await device.open({ user: "ann" });
    await expect.poll(() => statusOf(annAgain.page)).toMatchObject({ state: "synced", pending: 0 });
    expect(await site.server.texts()).toEqual(["Ben's", ...texts(3)]);
    expect((await annAgain.page.evaluate(() => notesTab.notes())).map(({ text }) => text)).toEqual(texts(3));
    const [annDevices, benDevices] = [people.get("ann"), people.get("ben")];
    expect(annDevices?.size).toBe(1);
    expect(benDevices?.size).toBe(1);
    expect(annDevices).not.toEqual(benDevices);
  });
});
