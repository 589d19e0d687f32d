import { describe, expect, it } from "vitest";
import { createWorld, isSynced, newId, type Tab } from "./harness.ts";

const onlyLetter = (tab: Tab) => {
  const [letter] = tab.sync.deadLetters.get();
  if (letter === undefined) throw new TypeError("There is no dead letter.");
  return letter;
};

describe("a refused operation", () => {
  it("C11: is sent again with a new operation id and the same entity id", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("bad", newId());
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    const refused = onlyLetter(tab);
    await tab.sync.deadLetters.edit(refused.id, { id, listId: "home", text: "good" });
    expect(tab.rows()).toMatchObject([{ text: "good", $state: "pending" }]);
    expect(tab.sync.outbox.get()[0]?.id).not.toBe(refused.id);
    await world.until(isSynced(tab));
    expect(await world.server.notes()).toMatchObject([{ id, text: "good" }]);
    expect(tab.sync.deadLetters.get()).toEqual([]);
  });

  it("C11: may be tried again as it is, and refused again", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("bad");
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    const first = onlyLetter(tab);
    await tab.sync.deadLetters.retry(first.id);
    await world.until(() => tab.sync.deadLetters.get().length === 1 && onlyLetter(tab).id !== first.id);
    await expect(tab.sync.deadLetters.retry(first.id)).rejects.toMatchObject({ code: "NO_DEAD_LETTER" });
  });

  it("C11: leaves no trace once discarded", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("good");
    await tab.sync.mutate.note.edit({ id, text: "bad edit" });
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    expect(tab.rows()).toMatchObject([{ text: "bad edit", $state: "rejected" }]);
    await world.until(isSynced(tab));
    await tab.sync.deadLetters.discard(onlyLetter(tab).id);
    expect(tab.rows()).toMatchObject([{ text: "good", $state: "synced" }]);
  });

  it("C3: is not replaced by arguments that do not pass the schema", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("bad");
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    await expect(tab.sync.deadLetters.edit(onlyLetter(tab).id, { text: 1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENTS",
    });
    expect(tab.sync.deadLetters.get()).toHaveLength(1);
  });

  it("C11: is still there after a restart", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("bad");
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    tab.kill();
    const next = world.openTab();
    await next.sync.opened;
    expect(next.sync.deadLetters.get()).toHaveLength(1);
    expect(next.rows()).toMatchObject([{ text: "bad", $state: "rejected" }]);
  });

  it("C6: that deletes leaves the row where it is, marked, until it is discarded", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("keep this");
    await world.until(isSynced(tab));
    await tab.sync.mutate.note.remove({ id });
    expect(tab.rows()).toEqual([]);
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    expect(tab.rows()).toMatchObject([{ text: "keep this", $state: "rejected" }]);
    await world.until(isSynced(tab));
    await tab.sync.deadLetters.discard(onlyLetter(tab).id);
    expect(tab.rows()).toMatchObject([{ text: "keep this", $state: "synced" }]);
  });
});
