import { describe, expect, it } from "vitest";
import type { SyncTransport } from "../src/connection/transport.ts";
import { refusal, type Fault } from "./fault-transport.ts";
import { createWorld, isSynced, offline, withoutTime } from "./harness.ts";

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

  it("C18, I4: a tab that opens shows what others have stored since it read, though it shows nothing yet", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const late = world.openTab();
    late.freeze();
    // Whoever opens a database later has it later.
    const later = indexedDB.open(late.database);
    await new Promise((resolve) => (later.onsuccess = resolve));
    later.result.close();
    await leader.add("meanwhile");
    await world.until(isSynced(leader));
    late.thaw();
    await world.until(() => late.rows()[0]?.$state === "synced");
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

  it("C18: without locks both tabs push and pull, and still everything happens once", async () => {
    await using world = await createWorld();
    const first = world.openTab({ isInsecure: true });
    const second = world.openTab({ isInsecure: true });
    const tabs = [first, second];
    const texts = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map((text, index) => (index % 2 === 0 ? first : second).add(text)));
    await world.until(() => tabs.every((tab) => isSynced(tab)() && tab.texts().length === 20));
    expect([...(await world.server.texts())].sort()).toEqual([...texts].sort());
    expect(await world.server.effects()).toHaveLength(20);
    await first.add("bad");
    await world.until(() => tabs.every(({ sync }) => sync.deadLetters.get().length === 1));
  });

  it("C9 C18 I10: verdicts that another tab has stored first are no failure of the storage", async () => {
    await using world = await createWorld();
    const answer = Promise.withResolvers<void>();
    const wrap = (transport: SyncTransport): SyncTransport => ({
      ...transport,
      async push(input, options) {
        const output = await transport.push(input, options);
        await answer.promise;
        return output;
      },
    });
    const first = world.openTab({ isInsecure: true, wrap });
    const tabs = [first, world.openTab({ isInsecure: true, wrap })];
    await world.until(() => tabs.every((tab) => isSynced(tab)()));
    const reasons = new Set<string>();
    for (const { sync } of tabs) sync.status.subscribe(() => reasons.add(sync.status.get().reason));
    await first.add("once");
    await world.until(() => tabs.every(({ transport }) => transport.calls.some(({ kind }) => kind === "push")));
    answer.resolve();
    await world.until(() => tabs.every((tab) => isSynced(tab)()));
    expect([...reasons]).toEqual(["none"]);
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

  it("C18, I4: reads what was stored between its opening and its turn by a leader of which it heard nothing", async () => {
    await using world = await createWorld();
    const writer = world.openTab({ decide: offline });
    await writer.add("bad");
    await writer.sync.stop();
    const laptop = world.openTab({ device: "laptop" });
    await laptop.add("from the laptop");
    await world.until(isSynced(laptop));
    const { promise: death, resolve: die } = Promise.withResolvers<void>();
    const { signal } = new AbortController();
    void world.browser.openTab().locks.hold(`${writer.database}:leader`, { mode: "wait", signal }, () => death);
    const tab = world.openTab();
    await tab.sync.opened;
    expect(tab.rows()).toMatchObject([{ text: "bad", $state: "pending" }]);
    // It pushes and pulls as the holder of the lock would, and no other tab hears of it.
    expect(await world.drain({ isUnheard: true })).toBe("drained");
    die();
    await world.until(isSynced(tab));
    const rows = tab.rows().map(({ text, $state }) => `${text}: ${$state}`);
    expect(rows.sort()).toEqual(["bad: rejected", "from the laptop: synced"]);
    expect(tab.sync.deadLetters.get()).toHaveLength(1);
  });

  it("C18, C24, I4: a leader reads what another that it heard nothing of has stored beside it", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await world.until(isSynced(follower));
    leader.transport.decide = offline;
    await leader.add("bad");
    const laptop = world.openTab({ device: "laptop" });
    await laptop.add("from the laptop");
    await world.until(isSynced(laptop));
    // As one that was robbed while it was frozen, thaws, stores what it had under way and dies before it can tell.
    expect(await world.drain({ isUnheard: true })).toBe("drained");
    leader.transport.decide = () => "none";
    await world.until(() => [leader, follower].every((tab) => isSynced(tab)() && tab.rows().length === 2));
    for (const tab of [leader, follower]) {
      const rows = tab.rows().map(({ text, $state }) => `${text}: ${$state}`);
      expect(rows.sort()).toEqual(["bad: rejected", "from the laptop: synced"]);
      expect(tab.sync.deadLetters.get()).toHaveLength(1);
    }
  });

  it("C24, I1: a leader that is frozen with a push under way is replaced within a second; thawed, it harms nothing", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await world.until(isSynced(follower));
    let answer = (_fault: Fault): void => {};
    leader.transport.decide = (kind) =>
      kind === "push" ? new Promise<Fault>((resolve) => (answer = resolve)) : "none";
    await leader.add("under way");
    await world.until(() => leader.transport.calls.length > 0);
    leader.freeze();
    for (let passed = 0; passed < 1_000; passed += 50) world.clock.advance(50);
    await withoutTime(() => follower.sync.status.get().isLeader);
    await world.until(isSynced(follower));
    expect(follower.rows()).toMatchObject([{ text: "under way", $state: "synced" }]);
    answer("none");
    leader.thaw();
    await withoutTime(() => !leader.sync.status.get().isLeader);
    await follower.add("after it");
    await world.until(() => [leader, follower].every((tab) => isSynced(tab)() && tab.texts().length === 2));
    expect(await world.server.effects()).toHaveLength(2);
    expect([...leader.errors, ...follower.errors]).toEqual([]);
  });

  it("C24, C13: a thawed leader that was told to reset does not fork the new leader's history", async () => {
    await using world = await createWorld();
    let isFrozen = true;
    const leader = world.openTab({
      decide: (kind) => (kind === "push" && isFrozen ? refusal("RESET_REQUIRED", 409) : "none"),
    });
    const follower = world.openTab();
    await follower.sync.opened;
    leader.freeze();
    await follower.add("one");
    await world.until(isSynced(follower));
    isFrozen = false;
    leader.thaw();
    await follower.add("two");
    await world.until(() => [leader, follower].every((tab) => isSynced(tab)() && tab.texts().length === 2));
    expect(await world.server.effects()).toHaveLength(2);
  });

  it("C24: a hidden leader hands over to the visible tab at once", async () => {
    await using world = await createWorld();
    const first = world.openTab();
    const second = world.openTab();
    await world.until(() => isSynced(first)() && isSynced(second)());
    first.setVisible(false);
    await withoutTime(() => second.sync.status.get().isLeader);
    expect(first.sync.status.get().isLeader).toBe(false);
    second.setVisible(false);
    first.setVisible(true);
    await withoutTime(() => first.sync.status.get().isLeader);
    expect(second.sync.status.get().isLeader).toBe(false);
  });

  it("C24: with only hidden tabs the leader stays, and a frozen one is still replaced", async () => {
    await using world = await createWorld();
    const first = world.openTab();
    const second = world.openTab();
    await world.until(() => isSynced(first)() && isSynced(second)());
    second.setVisible(false);
    first.setVisible(false);
    for (let passed = 0; passed < 60_000; passed += 1_000) {
      world.clock.advance(1_000);
      await Promise.resolve();
    }
    expect(first.sync.status.get().isLeader).toBe(true);
    first.freeze();
    await world.until(() => second.sync.status.get().isLeader);
  });

  it("C24, I10: nothing is called synced while the leader is silent", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    const follower = world.openTab();
    await world.until(isSynced(follower));
    leader.freeze();
    world.clock.advance(600);
    expect(follower.sync.status.get()).toMatchObject({ isLeader: false, state: "pending" });
  });

  it("C24, I10: a robbed leader says what the new one says of the server, and not what it said itself", async () => {
    await using world = await createWorld();
    const robbed = world.openTab();
    await world.until(isSynced(robbed));
    const leader = world.openTab();
    await world.until(isSynced(leader));
    robbed.transport.decide = offline;
    await world.until(() => robbed.sync.status.get().state === "offline");
    robbed.freeze();
    await world.until(() => leader.sync.status.get().isLeader && isSynced(leader)());
    robbed.thaw();
    await withoutTime(() => !robbed.sync.status.get().isLeader && isSynced(robbed)());
  });

  it("C19, I10: a tab that is told how things stand before it has read what waits does not say `synced`", async () => {
    await using world = await createWorld();
    const leader = world.openTab();
    await world.until(isSynced(leader));
    leader.transport.decide = () => new Promise(() => {});
    await leader.add("waits");
    const late = world.openTab();
    const said: string[] = [];
    late.sync.status.subscribe(() => said.push(late.sync.status.get().state));
    late.freeze();
    // It greets the leader, and all hear of the answer.
    await world.openTab().sync.opened;
    late.thaw();
    await world.until(() => late.sync.status.get().pending === 1);
    expect(said).not.toContain("synced");
    expect(said).toContain("pending");
  });

  it("C25: a page that is kept for the back button gives the lead away and reads again what it missed", async () => {
    await using world = await createWorld();
    const first = world.openTab();
    const second = world.openTab();
    await world.until(() => isSynced(first)() && isSynced(second)());
    first.tell("freeze");
    await world.until(() => second.sync.status.get().isLeader);
    first.freeze();
    await second.add("meanwhile");
    await world.until(isSynced(second));
    first.thaw();
    first.tell("resume");
    await world.until(() => first.texts().length === 1);
    expect(first.sync.status.get().isLeader).toBe(false);
  });

  it("C15: only the leader asks for a session, and a person who signs in in another tab is not kept waiting", async () => {
    await using world = await createWorld();
    let isSignedIn = false;
    const decide = (): Fault => (isSignedIn ? "none" : refusal("UNAUTHORIZED", 401));
    const leader = world.openTab({ decide, random: () => 0.999 });
    const follower = world.openTab({ decide });
    await world.until(() => follower.sync.status.get().reason === "signed-out");
    await follower.add("kept");
    expect([leader.unauthorizedCalls() > 0, follower.unauthorizedCalls()]).toEqual([true, 0]);
    isSignedIn = true;
    await follower.sync.syncNow();
    await world.until(isSynced(follower));
    expect(await world.server.texts()).toEqual(["kept"]);
  });
});
