import { describe, expect, it } from "vitest";
import { createWorld, isSynced, offline } from "./harness.ts";

describe("the status", () => {
  it("C32: tells what the browser stores, measured at opening and then at most once a minute", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await world.until(() => tab.sync.status.get().storage !== null);
    await world.until(isSynced(tab));
    const first = tab.sync.status.get().storage?.usedBytes ?? 0;
    expect(tab.sync.status.get().storage).toEqual({ usedBytes: first, quotaBytes: 1_000, isPersistent: false });
    for (let round = 0; round < 5; round += 1) await tab.sync.syncNow();
    expect(tab.sync.status.get().storage?.usedBytes).toBe(first);
    world.clock.advance(60_000);
    await world.until(() => tab.sync.status.get().storage?.usedBytes === first + 1);
  });

  it("I10: a new leader goes on from what the one before it knew, and says nothing better before it knows", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab({ decide: offline });
    await world.until(isSynced(follower));
    const { lastSyncedAt } = follower.sync.status.get();
    leader.kill();
    await world.until(() => follower.sync.status.get().state === "offline");
    expect(follower.sync.status.get()).toMatchObject({ isLeader: true, lastSyncedAt, reason: "offline" });
  });
});
