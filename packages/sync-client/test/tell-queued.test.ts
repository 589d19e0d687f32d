import { describe, expect, it } from "vitest";
import { createWorld, isSynced, offline, withoutTime, type Tab, type World } from "./harness.ts";

describe("what a tab queues, told to the others", () => {
  it("C18: of many writes in a row the other tabs hear in few messages, of the first at once, of all before long", async () => {
    await using world = await createWorld();
    const [leader, follower] = await openTwoTabs(world);
    let messages = 0;
    world.browser
      .openTab()
      .channel(leader.database)
      .listen(({ type }) => {
        if (type === "queued") messages += 1;
      });
    leader.transport.decide = offline;
    await follower.add("note 0");
    await withoutTime(() => leader.texts().length === 1 && leader.transport.calls.at(-1)?.kind === "push");
    for (let index = 1; index < 20; index += 1) await follower.add(`note ${index}`);
    world.clock.advance(20);
    await withoutTime(() => leader.texts().length === 20);
    expect(messages).toBe(2);
    leader.transport.decide = () => "none";
    await world.until(() => [leader, follower].every((tab) => isSynced(tab)()));
    expect(await world.server.effects()).toHaveLength(20);
  });

  it("C18: what a leader's pushes have not heard of yet is pushed before long, without another write or poll", async () => {
    await using world = await createWorld();
    const [leader, follower] = await openTwoTabs(world);
    await follower.add("first");
    await withoutTime(() => leader.rows()[0]?.$state === "synced");
    await follower.add("second");
    world.clock.advance(20);
    await withoutTime(() => follower.rows().length === 2 && isSynced(follower)());
    expect(await world.server.texts()).toEqual(["first", "second"]);
  });

  it("C18, C25: a page that is hidden or left tells at once what it has queued", async () => {
    await using world = await createWorld();
    const [other, tab] = await openTwoTabs(world);
    await tab.add("before");
    await tab.add("seen");
    tab.setVisible(false);
    await withoutTime(() => other.texts().length === 2);
    await tab.add("hidden");
    await withoutTime(() => other.texts().length === 3);
    tab.setVisible(true);
    await tab.add("left");
    tab.tell("freeze");
    await withoutTime(() => other.texts().length === 4);
  });

  it("C18: a client that is stopped has told the other tabs of all that it queued", async () => {
    await using world = await createWorld();
    const [leader, follower] = await openTwoTabs(world);
    await follower.add("first");
    await follower.add("last");
    await follower.sync.stop();
    await withoutTime(() => leader.rows().filter(({ $state }) => $state === "synced").length === 2);
  });
});

/** The one that leads, and one that follows it. */
async function openTwoTabs(world: World): Promise<readonly [leader: Tab, follower: Tab]> {
  const leader = world.openTab();
  await world.until(isSynced(leader));
  const follower = world.openTab();
  await world.until(isSynced(follower));
  return [leader, follower];
}
