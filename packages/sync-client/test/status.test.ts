import { deleteDB } from "idb";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "./fault-transport.ts";
import { createWorld, isSynced, offline } from "./harness.ts";

/** How often `work` looks through all operations that a tab knows, this one among them. */
async function countLooks(id: string, work: () => Promise<void>): Promise<number> {
  let looks = 0;
  const { values } = Map.prototype;
  vi.spyOn(Map.prototype, "values").mockImplementation(function (this: Map<unknown, unknown>) {
    const known: unknown = this.get(id);
    if (typeof known === "object" && known !== null && "touches" in known) looks += 1;
    return Reflect.apply(values, this, []);
  });
  try {
    await work();
    return looks;
  } finally {
    vi.restoreAllMocks();
  }
}

describe("the status", () => {
  it("I10: who listens to it has no write look through the queue, also while a refused one waits for a person", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("bad");
    await world.until(() => tab.sync.status.get().deadLetters === 1 && isSynced(tab)());
    // The first push stays under way.
    tab.transport.decide = () => new Promise(() => {});
    await tab.add("first");
    const id = tab.sync.outbox.get()[0]?.id ?? "";
    expect(tab.sync.status.get()).toMatchObject({ pending: 1, deadLetters: 1 });
    const seen: unknown[] = [];
    tab.sync.status.subscribe(() => {
      const { pending, deadLetters } = tab.sync.status.get();
      seen.push([pending, deadLetters]);
    });
    expect(
      await countLooks(id, async () => {
        for (const text of ["second", "third", "fourth"]) await tab.add(text);
      }),
    ).toBe(0);
    expect(seen.at(-1)).toEqual([4, 1]);
    expect(await countLooks(id, async () => void tab.sync.outbox.get())).toBe(1);
  });

  it("I10 C20: names as the oldest the first of those it lists, also where a cleared database counts from 1 again", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ random: () => 0.99 });
    await world.until(isSynced(tab));
    tab.transport.decide = (kind) => (kind === "push" ? refusal("RESET_REQUIRED", 409) : "none");
    await tab.add("remembered");
    await world.until(() => (tab.sync.outbox.get()[0]?.seq ?? 0) > 1);
    tab.transport.decide = offline;
    await world.until(() => tab.sync.status.get().state === "offline");
    await deleteDB(tab.database);
    world.clock.advance(1);
    const seen: unknown[] = [];
    tab.sync.status.subscribe(() => {
      const { pending, oldestPendingAt } = tab.sync.status.get();
      const queue = tab.sync.outbox.get();
      if (queue[0]?.at !== oldestPendingAt) seen.push([pending, oldestPendingAt, queue]);
    });
    await tab.add("written since");
    expect(tab.sync.outbox.get()).toHaveLength(2);
    expect(seen).toEqual([]);
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["remembered", "written since"]);
  });

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
