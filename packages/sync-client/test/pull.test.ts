import type { PullOutput } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import { refusal } from "./fault-transport.ts";
import { createWorld, isSynced, offline, type World } from "./harness.ts";

async function writeNotes(world: World, count: number, prefix = "note"): Promise<void> {
  const writer = world.openTab({ device: `writer ${prefix}` });
  await Promise.all(Array.from({ length: count }, (_, index) => writer.add(`${prefix} ${index}`)));
  await world.until(isSynced(writer));
  await writer.sync.stop();
}

describe("pulling", () => {
  it("C17, I5: shows nothing of a pull before its last page", async () => {
    await using world = await createWorld();
    await writeNotes(world, 25);
    world.server.pageSize = 10;
    const tab = world.openTab();
    const sizes: number[] = [];
    const live = tab.sync.query("note", { index: "byList", equals: ["home"] });
    live.subscribe(() => sizes.push(live.get().length));
    await world.until(isSynced(tab));
    expect(sizes).toEqual([25]);
  });

  it("C19 I10: a pull of many pages after a spell offline says that the server is heard again, and may take its time", async () => {
    await using world = await createWorld();
    await writeNotes(world, 25);
    world.server.pageSize = 10;
    const tab = world.openTab({ decide: offline });
    await world.until(() => tab.sync.status.get().state === "offline");
    let pages = 0;
    const held: (() => void)[] = [];
    tab.transport.decide = () => {
      pages += 1;
      return pages === 1 ? "none" : new Promise((resolve) => held.push(() => resolve("none")));
    };
    await world.until(() => held.length === 1);
    expect(tab.sync.status.get()).toMatchObject({ state: "pending", reason: "none" });
    // Together longer than any one request may last.
    for (let page = 1; page <= 2; page += 1) {
      await world.until(() => held.length === page);
      world.clock.advance(20_000);
      held[page - 1]?.();
    }
    await world.until(isSynced(tab));
    expect([pages, tab.texts().length]).toEqual([3, 25]);
  });

  it("C17: a tab killed between pages goes on where it was, and showed nothing by halves", async () => {
    await using world = await createWorld();
    await writeNotes(world, 25);
    world.server.pageSize = 10;
    let pulls = 0;
    const first = world.openTab({ decide: () => ((pulls += 1) <= 2 ? "none" : new Promise(() => {})) });
    await world.until(() => pulls === 3);
    first.kill();
    const second = world.openTab();
    await second.sync.opened;
    expect(second.texts()).toEqual([]);
    await world.until(isSynced(second));
    expect(second.texts()).toHaveLength(25);
    expect(second.transport.calls.length).toBeLessThan(3);
  });

  it("C17, I7: a lost list goes, and one that was lost and regained is there again", async () => {
    await using world = await createWorld();
    await writeNotes(world, 3);
    const tab = world.openTab();
    await world.until(() => tab.texts().length === 3);
    await world.server.removeMember("home", "ann");
    await world.until(() => tab.texts().length === 0);
    await world.server.setMember("home", "ann", 2);
    await world.until(() => tab.texts().length === 3);
    const seen: number[] = [];
    const live = tab.sync.query("note", { index: "byList", equals: ["home"] });
    live.subscribe(() => seen.push(live.get().length));
    await world.server.setMember("home", "ann", 3);
    await writeNotes(world, 1, "later");
    await world.until(() => tab.texts().length === 4);
    expect(seen).toEqual([4]);
  });

  it("C17: entities that the contract does not know are left alone", async () => {
    await using world = await createWorld();
    const pull = world.server.pull;
    world.server.pull = async (...call) => {
      const page: PullOutput = await pull(...call);
      const stranger = { scope: "list:home", entity: "hologram", id: "1", version: 1, value: { id: "1" } };
      return { ...page, changes: [stranger, ...page.changes] };
    };
    const tab = world.openTab();
    await tab.add("known");
    await world.until(isSynced(tab));
    expect(tab.texts()).toEqual(["known"]);
  });

  it("C17: fields that the contract does not know stop nothing", async () => {
    await using world = await createWorld();
    const pull = world.server.pull;
    world.server.pull = async (...call) => {
      const page: PullOutput = await pull(...call);
      const changes = page.changes.map((change) =>
        Object.assign(change, { weight: 1, value: change.value && { ...change.value, starred: true } }),
      );
      return Object.assign(page, { mood: "new", changes });
    };
    const tab = world.openTab();
    await tab.add("known");
    await world.until(isSynced(tab));
    expect(tab.texts()).toEqual(["known"]);
  });

  it("an answer that is not the server's moves nothing", async () => {
    await using world = await createWorld();
    const pull = world.server.pull;
    let answers = 0;
    world.server.pull = async (...call) =>
      (answers += 1) === 1 ? (JSON.parse(`{"login":"page"}`) as PullOutput) : pull(...call);
    const tab = world.openTab();
    await world.until(() => tab.sync.status.get().reason === "server");
    await world.until(isSynced(tab));
  });

  it("polls at its interval while visible and rarely while hidden", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await world.until(isSynced(tab));
    tab.setVisible(false);
    const calls = tab.transport.calls.length;
    world.clock.advance(20_000);
    await new Promise(setImmediate);
    expect(tab.transport.calls.length).toBe(calls);
    tab.setVisible(true);
    await world.until(() => tab.transport.calls.length === calls + 1);
  });

  it("C19 I10: is offline as soon as a poll fails, and synced again after one", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await world.until(() => tab.sync.status.get().state === "offline");
    tab.transport.decide = () => refusal("UNAVAILABLE", 503);
    await world.until(() => tab.sync.status.get().state === "stuck");
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(tab.sync.activity.get()[1]).toMatchObject({
      kind: "pull",
      outcome: "failed",
      message: "refused with UNAVAILABLE",
    });
  });
});
