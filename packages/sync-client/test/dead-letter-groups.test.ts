import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SyncClientError } from "../src/errors.ts";
import type { Fault } from "./fault-transport.ts";
import { createWorld, isSynced, newId, offline, type Tab, type World } from "./harness.ts";

const letters = (tab: Tab) => tab.sync.deadLetters.get();
const idOfLetter = (tab: Tab, position: number) => letters(tab)[position]?.id ?? "";
const refused = (world: World, tab: Tab, count: number) =>
  world.until(() => letters(tab).length === count && isSynced(tab)());

/** A message that the server refuses, two edits of it, and one that has nothing to do with it. */
async function refuseWithEdits(world: World): Promise<{ readonly tab: Tab; readonly id: string }> {
  const tab = world.openTab({ decide: offline });
  const id = await tab.add("bad");
  await tab.sync.mutate.note.edit({ id, text: "first edit" });
  await tab.add("good");
  await tab.sync.mutate.note.edit({ id, text: "second edit" });
  tab.transport.decide = () => "none";
  await refused(world, tab, 3);
  return { tab, id };
}

describe("what depended on a refused operation", () => {
  it("C27: is grouped with it, in order, each with its own reason", async () => {
    await using world = await createWorld();
    const { tab } = await refuseWithEdits(world);
    const [root] = letters(tab);
    expect(letters(tab).map(({ error }) => error.code)).toEqual(["FORBIDDEN", "NOT_FOUND", "NOT_FOUND"]);
    expect(letters(tab).map(({ group }) => group)).toEqual([root?.id, root?.id, root?.id]);
    expect(letters(tab).map(({ causedBy }) => causedBy)).toEqual([undefined, root?.id, root?.id]);
    expect(tab.rows()).toMatchObject([
      { text: "good", $state: "synced" },
      { text: "second edit", $state: "rejected" },
    ]);
  });

  it("C27: is grouped the same way after a restart and in another tab", async () => {
    await using world = await createWorld();
    const { tab } = await refuseWithEdits(world);
    const other = world.openTab();
    await other.sync.opened;
    expect(letters(other)).toEqual(letters(tab));
  });

  it("C27: follows the corrected operation to the server, in order", async () => {
    await using world = await createWorld();
    const { tab, id } = await refuseWithEdits(world);
    const before = letters(tab).map((letter) => letter.id);
    await tab.sync.deadLetters.edit(idOfLetter(tab, 0), { id, listId: "home", text: "corrected" });
    const names = tab.sync.outbox.get().map(({ name }) => name);
    expect(names).toEqual(["note.add", "note.edit", "note.edit"]);
    expect(tab.sync.outbox.get().some((operation) => before.includes(operation.id))).toBe(false);
    await world.until(isSynced(tab));
    expect(letters(tab)).toEqual([]);
    expect(await world.server.texts()).toEqual(["good", "second edit"]);
    expect((await world.server.effects()).map(({ noteId }) => noteId).filter((noteId) => noteId === id)).toHaveLength(
      3,
    );
  });

  it("C27: takes its root along when it is tried again itself", async () => {
    await using world = await createWorld();
    const { tab, id } = await refuseWithEdits(world);
    await tab.sync.deadLetters.retry(idOfLetter(tab, 2));
    expect(tab.sync.outbox.get().map(({ name }) => name)).toEqual(["note.add", "note.edit", "note.edit"]);
    await refused(world, tab, 3);
    await tab.sync.deadLetters.edit(idOfLetter(tab, 0), { id, listId: "home", text: "corrected" });
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["good", "second edit"]);
  });

  it("C27: goes with it when it is discarded, and nothing of it stays on the screen", async () => {
    await using world = await createWorld();
    const { tab } = await refuseWithEdits(world);
    await tab.sync.deadLetters.discard(idOfLetter(tab, 0));
    expect(letters(tab)).toEqual([]);
    expect(tab.rows()).toMatchObject([{ text: "good", $state: "synced" }]);
    const again = world.openTab();
    await again.sync.opened;
    expect([letters(again), again.texts()]).toEqual([[], ["good"]]);
  });

  it("C27: may be discarded alone; its root stays", async () => {
    await using world = await createWorld();
    const { tab } = await refuseWithEdits(world);
    await tab.sync.deadLetters.discard(idOfLetter(tab, 2));
    expect(letters(tab)).toHaveLength(2);
    expect(tab.rows()[1]).toMatchObject({ text: "first edit", $state: "rejected" });
  });

  it("C27, I10: and is still queued when its root is discarded is given up with it, keeps its place and leaves no gap", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("bad");
    await refused(world, tab, 1);
    tab.transport.decide = offline;
    await tab.sync.mutate.note.edit({ id, text: "queued edit" });
    const [{ at } = { at: "none" }] = tab.sync.outbox.get();
    world.clock.advance(1);
    await tab.add("after");
    await tab.sync.deadLetters.discard(idOfLetter(tab, 0));
    expect(tab.texts()).toEqual(["after"]);
    expect(tab.sync.status.get()).toMatchObject({ pending: 2, oldestPendingAt: at });
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect([letters(tab), await world.server.texts()]).toEqual([[], ["after"]]);
  });

  it("C27: and is under way when its root is discarded does not come back as a dead letter", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("bad");
    await refused(world, tab, 1);
    let release: (fault: Fault) => void = () => {};
    tab.transport.decide = (kind) => (kind === "push" ? new Promise<Fault>((resolve) => (release = resolve)) : "none");
    await tab.sync.mutate.note.edit({ id, text: "on its way" });
    await tab.sync.deadLetters.discard(idOfLetter(tab, 0));
    release("none");
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect([letters(tab), tab.texts()]).toEqual([[], []]);
  });

  it("C27: a transaction's letters are one group with the one that was refused for its own reason as root", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = newId();
    await tab.sync.transaction((mutate) => {
      void mutate.note.add({ id, listId: "home", text: "fine" });
      void mutate.note.add({ id: newId(), listId: "home", text: "bad" });
    });
    await tab.sync.mutate.note.edit({ id, text: "edited" });
    await refused(world, tab, 3);
    const culprit = letters(tab).find(({ error }) => error.code === "FORBIDDEN");
    expect(letters(tab).map(({ error, causedBy }) => [error.code, causedBy])).toEqual([
      ["GROUP_FAILED", culprit?.id],
      ["FORBIDDEN", undefined],
      ["NOT_FOUND", culprit?.id],
    ]);
    await tab.sync.deadLetters.edit(culprit?.id ?? "", { id: newId(), listId: "home", text: "good" });
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["edited", "good"]);
  });

  it("C27: two refused edits of a row that the server has are two groups", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("good");
    await world.until(isSynced(tab));
    await tab.sync.mutate.note.edit({ id, text: "bad one" });
    await tab.sync.mutate.note.edit({ id, text: "bad two" });
    await refused(world, tab, 2);
    expect(new Set(letters(tab).map(({ group }) => group)).size).toBe(2);
  });

  it("C27 I1 I2 I6: whatever is retried and discarded when, nothing is doubled, no ghost stays and the rest arrives", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("add", "edit", "remove"), roll: fc.nat({ max: 99 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("transaction"), roll: fc.nat({ max: 99 }) }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constantFrom("retry", "discard", "pass"), roll: fc.nat({ max: 99 }) }),
      },
    );
    const fault = fc.constantFrom<Fault>("none", "none", "none", "lose-request", "lose-response");
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 30 }),
        fc.infiniteStream(fault),
        async (steps, faults) => {
          await using world = await createWorld();
          const decide = (): Fault => faults.next().value ?? "none";
          const tabs = [world.openTab({ decide }), world.openTab({ decide })] as const;
          const kept: string[] = [];
          const given = new Set<string>();
          for (const { sync } of tabs) await sync.opened;
          for (const { do: what, roll } of steps) {
            const tab = tabs[roll % 2 === 0 ? 0 : 1];
            const text = `${roll % 5 === 0 ? "bad" : "good"} ${roll}`;
            const row = tab.rows()[roll % Math.max(tab.rows().length, 1)] as { readonly id: string } | undefined;
            const letter = letters(tab)[roll % Math.max(letters(tab).length, 1)];
            if (what === "add") {
              const id = await tab.add(text);
              if (text.startsWith("good")) kept.push(id);
            } else if (what === "transaction") {
              await tab.sync.transaction((mutate) => {
                for (const part of [text, "good"]) void mutate.note.add({ id: newId(), listId: "home", text: part });
                if (row !== undefined) void mutate.note.edit({ id: row.id, text });
              });
            } else if (what === "edit" && row !== undefined) {
              await tab.sync.mutate.note.edit({ id: row.id, text });
            } else if (what === "remove" && row !== undefined) {
              await tab.sync.mutate.note.remove({ id: row.id });
            } else if (what === "retry" && letter !== undefined) {
              await ignoreDecided(tab.sync.deadLetters.retry(letter.id));
            } else if (what === "discard" && letter !== undefined) {
              for (const { args } of letters(tab)) given.add((args as { readonly id: string }).id);
              await ignoreDecided(tab.sync.deadLetters.discard(letter.id));
            } else {
              world.clock.advance(500);
              await new Promise(setImmediate);
            }
          }
          for (const tab of tabs) tab.transport.decide = () => "none";
          const isQuiet = () => tabs.every((tab) => isSynced(tab)());
          await world.until(isQuiet);
          while (letters(tabs[0]).length > 0)
            await ignoreDecided(tabs[0].sync.deadLetters.discard(idOfLetter(tabs[0], 0)));
          await world.until(() => isQuiet() && letters(tabs[1]).length === 0);
          const shown = (await world.server.notes()).map(({ id, text }) => `${id} ${text}`).sort();
          for (const { sync } of tabs) {
            const rows = sync.query("note", {}).get();
            expect(rows.map(({ id, text }) => `${id} ${text}`).sort()).toEqual(shown);
            expect(rows.every(({ $state }) => $state === "synced")).toBe(true);
          }
          const added = (await world.server.effects())
            .filter(({ name }) => name === "note.add")
            .map(({ noteId }) => noteId);
          expect(new Set(added).size, "each add has at most one effect").toBe(added.length);
          for (const id of kept) if (!given.has(id)) expect(added, "what nobody gave up arrives").toContain(id);
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** Another tab, or the group that it was in, may have been first. */
async function ignoreDecided(decision: Promise<void>): Promise<void> {
  try {
    await decision;
  } catch (error) {
    if (!(error instanceof SyncClientError) || error.code !== "NO_DEAD_LETTER") throw error;
  }
}
