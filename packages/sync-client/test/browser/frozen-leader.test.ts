import { expect, test } from "vitest";
import { createNotesBrowser, statusOf, type NotesBrowser } from "./notes-browser.ts";
import { startNotesSite } from "./notes-site.ts";

test("C18 C24 I1 I2: a leader whose process stands still is replaced; nothing is lost or doubled, and it follows once it wakes", async () => {
  await using site = await startNotesSite();
  await using device = createNotesBrowser(site);
  const { leader, follower } = await openTwo(device);

  // It freezes with a push under way, whose answer it cannot hear.
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  site.beforeCall = async ({ kind }) => {
    if (kind === "pull") return;
    arrived.resolve();
    await release.promise;
  };
  await leader.page.evaluate(() => notesTab.addAll(["of the leader 1", "of the leader 2"]));
  await arrived.promise;
  const frozenAt = performance.now();
  process.kill(leader.pid, "SIGSTOP");
  release.resolve();
  expect((await follower.page.evaluate(() => notesTab.add("of the follower"))).refused).toBeNull();

  await expect.poll(() => statusOf(follower.page), { interval: 20 }).toMatchObject({ isLeader: true });
  console.info(`The frozen leader was replaced after ${Math.round(performance.now() - frozenAt)} ms`);
  await expect.poll(() => statusOf(follower.page)).toMatchObject({ state: "synced", pending: 0 });
  const all = ["of the leader 1", "of the leader 2", "of the follower"];
  expect(await site.server.texts()).toEqual(all);

  process.kill(leader.pid, "SIGCONT");
  await expect.poll(() => statusOf(leader.page)).toMatchObject({ state: "synced", pending: 0, isLeader: false });
  expect((await leader.page.evaluate(() => notesTab.add("of the old leader"))).refused).toBeNull();
  for (const tab of [leader, follower]) {
    await expect
      .poll(() => tab.page.evaluate(() => notesTab.notes().map(({ text }) => text)))
      .toEqual([...all, "of the old leader"]);
    await expect.poll(() => statusOf(tab.page)).toMatchObject({ state: "synced", pending: 0 });
  }
  expect(await statusOf(follower.page)).toMatchObject({ isLeader: true });
  expect((await site.server.effects()).length).toBe(4);
});

/** On a machine that stands still, too, the lead may go to the tab that was opened second. */
async function openTwo(device: NotesBrowser) {
  const [first, second] = [await device.open(), await device.open()];
  const roles = async () => {
    const found = await Promise.all([first, second].map(({ page }) => statusOf(page)));
    return found.map(({ isLeader, state }) => `${isLeader ? "leads" : "follows"}, ${state}`);
  };
  await expect.poll(async () => (await roles()).toSorted()).toEqual(["follows, synced", "leads, synced"]);
  const [leader, follower] = (await roles())[0] === "leads, synced" ? [first, second] : [second, first];
  return { leader, follower };
}
