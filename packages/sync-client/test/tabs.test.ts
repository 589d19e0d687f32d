import { describe, expect, it } from "vitest";
import { createWorld, isSynced, offline } from "./harness.ts";

describe("tabs of one device", () => {
  it("C18: one leads; what another writes is pushed by it and shown in both, once", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await world.until(isSynced(follower));
    expect([leader, follower].map(({ sync }) => sync.status.get().isLeader)).toEqual([true, false]);
    await follower.add("from the follower");
    expect(follower.rows()).toMatchObject([{ $state: "pending" }]);
    await world.until(() => leader.rows()[0]?.$state === "synced" && follower.rows()[0]?.$state === "synced");
    await world.until(isSynced(follower));
    expect(follower.transport.calls).toEqual([]);
    expect(await world.server.effects()).toHaveLength(1);
    expect(follower.sync.outbox.get()).toEqual([]);
  });

  it("C18, I1: a killed leader is replaced at once and the queue goes on", async () => {
    await using world = await createWorld();
    const leader = world.openTab({ decide: offline });
    const follower = world.openTab();
    await leader.sync.opened;
    await follower.sync.opened;
    await leader.add("from the leader");
    await follower.add("from the follower");
    leader.kill();
    await world.until(isSynced(follower));
    expect(follower.sync.status.get().isLeader).toBe(true);
    expect(await world.server.texts()).toEqual(["from the leader", "from the follower"]);
  });

  it("C18: a leader killed between the server's answer and the verdict leaves nothing twice", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await follower.sync.opened;
    leader.transport.decide = (kind) => {
      if (kind === "push") queueMicrotask(leader.kill);
      return "lose-response";
    };
    await leader.add("exactly once");
    await world.until(() => follower.sync.status.get().isLeader && follower.rows()[0]?.$state === "synced");
    expect(await world.server.effects()).toHaveLength(1);
    expect(follower.rows()).toMatchObject([{ text: "exactly once", $state: "synced" }]);
  });

  it("I10: a follower says what the leader knows", async () => {
    await using world = await createWorld();
    const leader = world.openTab({ decide: offline });
    const follower = world.openTab();
    await world.until(() => follower.sync.status.get().state === "offline");
    leader.transport.decide = () => "none";
    await follower.sync.syncNow();
    await world.until(isSynced(follower));
    expect(follower.sync.activity.get().length).toBeGreaterThan(0);
  });

  it("C18: a tab that opens late is told how things stand", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const calls = leader.transport.calls.length;
    const late = world.openTab();
    await world.until(isSynced(late));
    expect(leader.transport.calls.length - calls).toBeLessThan(3);
  });

  it("C11: a refusal is seen in every tab, and its retry in one of them is its end in all", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    const follower = world.openTab();
    await follower.sync.opened;
    await leader.add("bad");
    await world.until(() => follower.sync.deadLetters.get().length === 1);
    const [letter] = follower.sync.deadLetters.get();
    await follower.sync.deadLetters.discard(letter?.id ?? "");
    await world.until(() => leader.sync.deadLetters.get().length === 0);
    expect(leader.texts()).toEqual([]);
  });

  it("C18: without locks and channel both tabs push and pull, and still everything happens once", async () => {
    await using world = await createWorld();
    const first = world.openTab({ isOldBrowser: true });
    const second = world.openTab({ isOldBrowser: true });
    const tabs = [first, second];
    const texts = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map((text, index) => (index % 2 === 0 ? first : second).add(text)));
    await world.until(() => tabs.every((tab) => isSynced(tab)() && tab.texts().length === 20));
    expect([...(await world.server.texts())].sort()).toEqual([...texts].sort());
    expect(await world.server.effects()).toHaveLength(20);
    await first.add("bad");
    await world.until(() => tabs.every(({ sync }) => sync.deadLetters.get().length === 1));
  });

  it("C18: reads what a leader stored that died before it could tell", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    const follower = world.openTab();
    await world.until(isSynced(follower));
    const writer = world.openTab({ device: "laptop" });
    await writer.add("from the laptop");
    const live = leader.sync.query("note", {});
    const shown = new Promise<void>((resolve) => live.subscribe(resolve));
    live.subscribe(leader.kill);
    await world.until(() => live.get().length === 1);
    await shown;
    await world.until(() => follower.texts().length === 1);
    expect(follower.sync.status.get().isLeader).toBe(true);
  });
});
