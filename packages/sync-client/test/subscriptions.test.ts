import type { PullRequest } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import { createWorld, isSynced, newId, offline, type Tab, type World } from "./harness.ts";
import { notesContract, type NotesContract } from "./notes-contract.ts";

const contract: NotesContract = { ...notesContract, defaultScopes: ({ user }) => [`list:${user.id}'s`] };
const scopesOf = (tab: Tab) =>
  (tab.transport.calls.filter(({ kind }) => kind === "pull").at(-1)?.input as PullRequest | undefined)?.scopes;
const texts = (tab: Tab) =>
  tab.sync
    .query("note", {})
    .get()
    .map(({ text }) => text)
    .sort();

/** Ann has a list of her own, and Bob's `work` and `club`; each has a note. */
async function createLists(): Promise<World> {
  const world = await createWorld();
  for (const list of ["ann's", "work", "club"]) await world.server.setMember(list, "ann");
  const writer = world.openTab({ device: "laptop" });
  for (const listId of ["ann's", "work", "club"]) {
    await writer.sync.mutate.note.add({ id: newId(), listId, text: `in ${listId}` });
  }
  await world.until(isSynced(writer));
  await writer.sync.stop();
  return world;
}

describe("scopes", () => {
  it("C30: a contract with default scopes pulls those, the person's own and what is subscribed to", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract });
    await world.until(isSynced(tab));
    expect(scopesOf(tab)).toEqual(["list:ann's", "user:ann"]);
    expect(texts(tab)).toEqual(["in ann's"]);
    await tab.sync.subscribe("list:work").ready;
    expect(scopesOf(tab)).toEqual(["list:ann's", "list:work", "user:ann"]);
    expect(texts(tab)).toEqual(["in ann's", "in work"]);
  });

  it("C30: a contract without them pulls everything, subscribed to or not", async () => {
    await using world = await createLists();
    const tab = world.openTab();
    await tab.sync.subscribe("list:work").ready;
    expect(scopesOf(tab)).toBeUndefined();
    expect(texts(tab)).toEqual(["in ann's", "in club", "in work"]);
  });

  it("C30: what is subscribed to outlives a restart, and is ready there without the network", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract });
    await tab.sync.subscribe("list:work").ready;
    tab.kill();
    const next = world.openTab({ contract, decide: offline });
    await next.sync.subscribe("list:work").ready;
    expect(texts(next)).toEqual(["in ann's", "in work"]);
    next.transport.decide = () => "none";
    await world.until(isSynced(next));
    expect(scopesOf(next)).toContain("list:work");
  });

  it("C30: is not ready before a pull that asked for it has ended, whichever tab pulls", async () => {
    await using world = await createLists();
    const leader = world.openTab({ contract });
    await world.until(isSynced(leader));
    leader.transport.decide = offline;
    const follower = world.openTab({ contract, decide: offline });
    await world.until(() => leader.sync.status.get().state === "offline");
    let isReady = false;
    const { ready } = follower.sync.subscribe("list:work");
    void ready.then(() => (isReady = true));
    for (let round = 0; round < 20; round += 1) {
      world.clock.advance(500);
      await new Promise(setImmediate);
    }
    expect(isReady).toBe(false);
    for (const tab of [leader, follower]) tab.transport.decide = () => "none";
    await world.until(() => isReady);
    expect(texts(follower)).toEqual(["in ann's", "in work"]);
  });

  it("C30: is dropped with its last subscriber; its rows stay, and grow old", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract });
    const first = tab.sync.subscribe("list:work");
    const second = tab.sync.subscribe("list:work");
    await Promise.all([first.ready, second.ready]);
    first.unsubscribe();
    first.unsubscribe();
    await tab.sync.syncNow();
    expect(scopesOf(tab)).toContain("list:work");
    second.unsubscribe();
    await world.until(() => scopesOf(tab)?.includes("list:work") === false);
    expect(texts(tab)).toEqual(["in ann's", "in work"]);
  });

  it("C30: what one tab drops and another needs is pulled on", async () => {
    await using world = await createLists();
    const leader = world.openTab({ contract });
    const follower = world.openTab({ contract });
    const dropped = leader.sync.subscribe("list:work");
    await Promise.all([dropped.ready, follower.sync.subscribe("list:work").ready]);
    dropped.unsubscribe();
    for (let round = 0; round < 10; round += 1) await leader.sync.syncNow();
    const writer = world.openTab({ device: "laptop" });
    await writer.sync.mutate.note.add({ id: newId(), listId: "work", text: "later" });
    await world.until(() => texts(follower).includes("later"));
    expect(scopesOf(leader)).toContain("list:work");
  });

  it("C30 C17 I7: a lost membership purges what is no longer subscribed to as well", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract });
    const work = tab.sync.subscribe("list:work");
    await work.ready;
    work.unsubscribe();
    await world.until(() => scopesOf(tab)?.includes("list:work") === false);
    await world.server.removeMember("work", "ann");
    await tab.sync.syncNow();
    expect(texts(tab)).toEqual(["in ann's"]);
  });

  it("C30 C13: a new device id keeps the subscriptions", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract });
    await tab.sync.subscribe("list:work").ready;
    await world.server.restoreEmpty();
    await world.until(() => texts(tab).length === 0);
    expect(scopesOf(tab)).toContain("list:work");
  });

  it("C30: rejects when the client stops before", async () => {
    await using world = await createLists();
    const tab = world.openTab({ contract, decide: offline });
    const { ready } = tab.sync.subscribe("list:work");
    await tab.sync.opened;
    await tab.sync.stop();
    await expect(ready).rejects.toMatchObject({ code: "STOPPED" });
  });
});

describe("what a lost membership leaves", () => {
  it("C6 I7: only what the person wrote themselves, marked as refused, once its scope is purged", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const theirs = await tab.add("theirs");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("bad, mine");
    await tab.sync.mutate.note.edit({ id: theirs, text: "bad edit of theirs" });
    await tab.sync.mutate.note.remove({ id: theirs });
    await world.server.removeMember("home", "ann");
    tab.transport.decide = () => "none";
    await world.until(() => isSynced(tab)() && tab.sync.deadLetters.get().length > 0);
    expect(tab.rows().map(({ text, $state }) => [text, $state])).toEqual([["bad, mine", "rejected"]]);
  });
});

describe("a query's filter", () => {
  it("C31 C7: keeps what it answers true for, in the query's order, up to its limit, and follows changes", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.sync.opened;
    for (const text of ["a1", "b1", "a2", "b2", "a3"]) await tab.add(text);
    const isA = ({ text }: { readonly text: string }) => text.startsWith("a");
    const query = { index: "byList", equals: ["home"], where: isA } as const;
    const up = tab.sync.query("note", { ...query, limit: 2 });
    const down = tab.sync.query("note", { ...query, limit: 2, order: "desc" });
    expect(up.get().map(({ text }) => text)).toEqual(["a1", "a2"]);
    expect(down.get().map(({ text }) => text)).toEqual(["a3", "a2"]);
    let calls = 0;
    up.subscribe(() => (calls += 1));
    const [first] = up.get();
    await tab.add("b3");
    expect(calls).toBe(0);
    await tab.sync.mutate.note.edit({ id: first?.id ?? "", text: "b0" });
    expect(up.get().map(({ text }) => text)).toEqual(["a2", "a3"]);
    expect(calls).toBe(1);
  });
});
