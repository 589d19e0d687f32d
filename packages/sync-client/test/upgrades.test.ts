import * as fc from "fast-check";
import { deleteDB } from "idb";
import { describe, expect, it } from "vitest";
import type { Fault } from "./fault-transport.ts";
import { createWorld, isSynced, newId, offline, type Tab, type World } from "./harness.ts";
import { asFirst, noteAsFirst, thirdContract, writeAsFirst } from "./notes-history.ts";

const today = { contract: thirdContract };
const openToday = (oldestVersion = 3) => createWorld({ contract: thirdContract, oldestVersion });
const write = async (tab: Tab, body: string, id = newId()) => {
  await writeAsFirst(tab, "note.write", { id, listId: "home", body });
  return id;
};
const errorCodes = (tab: Tab) => tab.sync.deadLetters.get().map(({ error }) => error.code);

/** What the app of two versions ago leaves behind, offline. */
async function leaveQueue(world: World, fill: (tab: Tab) => Promise<unknown>): Promise<void> {
  const old = world.openTab({ ...asFirst, decide: offline });
  await fill(old);
  await old.sync.stop();
}

describe("what an app two versions older has queued", () => {
  it("C20 C23 I1: is brought up to date too where it was written into a database that the browser had cleared", async () => {
    await using world = await openToday();
    const old = world.openTab({ ...asFirst, decide: offline });
    await old.sync.opened;
    await deleteDB(old.database);
    await write(old, "written after");
    old.kill();
    const tab = world.openTab(today);
    await world.until(isSynced(tab));
    expect(tab.sync.deadLetters.get()).toEqual([]);
    expect(await world.server.texts()).toEqual(["written after"]);
  });

  it("C23: is shown and sent as today's app would have written it, under the same ids", async () => {
    await using world = await openToday();
    let ids: readonly string[] = [];
    await leaveQueue(world, async (old) => {
      const id = await write(old, "one");
      await writeAsFirst(old, "note.edit", { id, text: "one, edited" });
      await write(old, "two");
      ids = old.sync.outbox.get().map((operation) => operation.id);
    });
    const tab = world.openTab({ ...today, decide: offline });
    await tab.sync.opened;
    expect(tab.texts()).toEqual(["one, edited", "two"]);
    expect(tab.sync.outbox.get().map(({ id }) => id)).toEqual(ids);
    expect(tab.sync.outbox.get().map(({ name }) => name)).toEqual(["note.add", "note.edit", "note.add"]);
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["one, edited", "two"]);
  });

  it("C23: becomes a dead letter in its place when it means nothing any more; what lies around it arrives", async () => {
    await using world = await openToday();
    await leaveQueue(world, async (old) => {
      const id = await write(old, "one");
      await writeAsFirst(old, "note.shout", { id });
      await write(old, "two");
    });
    const tab = world.openTab({ ...today, decide: offline });
    await tab.sync.opened;
    expect(tab.texts()).toEqual(["one", "two"]);
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["one", "two"]);
    expect(tab.sync.deadLetters.get()).toMatchObject([
      { name: "note.shout", status: "rejected", error: { code: "CONTRACT_TOO_OLD" } },
    ]);
    const [letter] = tab.sync.deadLetters.get();
    await expect(tab.sync.deadLetters.retry(letter?.id ?? "")).rejects.toMatchObject({ code: "CONTRACT_TOO_OLD" });
    await tab.sync.deadLetters.discard(letter?.id ?? "");
    expect(tab.sync.deadLetters.get()).toEqual([]);
  });

  it("C23: is a dead letter too when today's schema does not take it, and goes once it is corrected", async () => {
    await using world = await openToday();
    const long = "x".repeat(100_001);
    await leaveQueue(world, (old) => write(old, long));
    const tab = world.openTab(today);
    await world.until(() => isSynced(tab)() && tab.sync.deadLetters.get().length === 1);
    expect(errorCodes(tab)).toEqual(["CONTRACT_TOO_OLD"]);
    expect(tab.sync.deadLetters.get()).toMatchObject([{ name: "note.write", args: { body: long } }]);
  });

  it("C23 I2: that the server has applied already is not called refused", async () => {
    await using world = await openToday(1);
    const old = world.openTab({ ...asFirst, decide: (kind): Fault => (kind === "push" ? "lose-response" : "none") });
    await write(old, "one");
    await world.until(async () => (await world.server.texts()).length === 1);
    await old.sync.stop();
    const tab = world.openTab(today);
    await world.until(isSynced(tab));
    expect(tab.rows()).toMatchObject([{ text: "one", $state: "synced" }]);
    expect(errorCodes(tab)).toEqual([]);
    expect(await world.server.effects()).toHaveLength(1);
  });

  it("C23 C11: brings its dead letters up to date as well, and they can be tried again", async () => {
    await using world = await openToday(1);
    const old = world.openTab(asFirst);
    await write(old, "bad");
    await world.until(() => old.sync.deadLetters.get().length === 1);
    await old.sync.stop();
    const tab = world.openTab({ ...today, decide: offline });
    await tab.sync.opened;
    const [letter] = tab.sync.deadLetters.get();
    expect(letter).toMatchObject({ name: "note.add", error: { code: "FORBIDDEN" } });
    expect(tab.rows()).toMatchObject([{ text: "bad", $state: "rejected" }]);
    await tab.sync.deadLetters.edit(letter?.id ?? "", { id: newId(), listId: "home", text: "good" });
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["good"]);
  });

  it("C23 S26: fails the transaction of what means nothing any more, as a whole", async () => {
    await using world = await openToday();
    await leaveQueue(world, (old) =>
      old.sync.transaction((mutate) => {
        noteAsFirst(mutate, "write", { id: "n", listId: "home", body: "one" });
        noteAsFirst(mutate, "shout", { id: "n" });
      }),
    );
    const tab = world.openTab(today);
    await world.until(() => isSynced(tab)() && tab.sync.deadLetters.get().length === 2);
    expect(errorCodes(tab)).toEqual(["GROUP_FAILED", "CONTRACT_TOO_OLD"]);
    expect(await world.server.texts()).toEqual([]);
  });

  it("C23 I1 I2 I3: arrives once and in order wherever the update came in between, or is a dead letter", async () => {
    const kind = fc.constantFrom("write", "write", "write", "shout", "pass", "update");
    const fault = fc.constantFrom<Fault>("none", "none", "lose-request", "lose-response");
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { minLength: 3, maxLength: 20 }),
        fc.infiniteStream(fault),
        async (steps, faults) => {
          await using world = await openToday(1);
          const decide = (): Fault => faults.next().value ?? "none";
          let tab = world.openTab({ ...asFirst, decide });
          let isUpdated = false;
          const written: string[] = [];
          let shouts = 0;
          const update = async () => {
            tab.kill();
            tab = world.openTab({ ...today, decide });
            isUpdated = true;
            await tab.sync.opened;
          };
          for (const [index, step] of steps.entries()) {
            if (step === "write") {
              const text = `note ${index}`;
              await (isUpdated ? tab.add(text) : write(tab, text));
              written.push(text);
            } else if (step === "shout" && !isUpdated) {
              await writeAsFirst(tab, "note.shout", { id: "none" });
              shouts += 1;
            } else if (step === "update" && !isUpdated) {
              await update();
            } else {
              world.clock.advance(500);
              await new Promise(setImmediate);
            }
          }
          if (!isUpdated) await update();
          tab.transport.decide = () => "none";
          await world.until(isSynced(tab));
          expect(await world.server.texts()).toEqual(written);
          expect(tab.texts()).toEqual(written);
          expect(errorCodes(tab)).toEqual(Array.from({ length: shouts }, () => "CONTRACT_TOO_OLD"));
        },
      ),
      { numRuns: 40 },
    );
  });
});
