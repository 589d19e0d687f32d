import { describe, expect, expectTypeOf, it } from "vitest";
import { SyncClientError } from "../src/errors.ts";
import type { LiveRow, Mutator } from "../src/sync.ts";
import { createWorld, isSynced, newId, offline } from "./harness.ts";
import type { Note, NotesContract } from "./notes-contract.ts";

describe("writing", () => {
  it("C1, I1: what mutate() resolved is there after the tab was killed, pending and in order, still offline", async () => {
    await using world = await createWorld();
    const first = world.openTab({ decide: offline });
    for (const text of ["one", "two", "three"]) await first.add(text);
    first.kill();
    const second = world.openTab({ decide: offline });
    await second.sync.opened;
    expect(second.rows().map(({ text, $state }) => [text, $state])).toEqual([
      ["one", "pending"],
      ["two", "pending"],
      ["three", "pending"],
    ]);
    expect(second.sync.status.get()).toMatchObject({ pending: 3 });
    second.transport.decide = () => "none";
    await world.until(isSynced(second));
    expect(await world.server.texts()).toEqual(["one", "two", "three"]);
  });

  it("C2, I3: concurrent calls are queued in the order in which they were made and applied in it", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const texts = Array.from({ length: 60 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map((text) => tab.add(text)));
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(texts);
  });

  it("C1, C7: resolves once it is durable, whatever the app's own `where` throws", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const broken = tab.sync.query("note", {
      where: () => {
        throw new RangeError("the app's");
      },
    });
    broken.subscribe(() => {});
    await tab.add("durable");
    await world.until(isSynced(tab));
    expect(tab.rows()).toMatchObject([{ text: "durable", $state: "synced" }]);
  });

  it("C3: arguments that do not pass the schema reject with a typed error and are not queued", async () => {
    await using world = await createWorld();
    const { sync } = world.openTab();
    const wrong: unknown = { id: newId(), listId: "home" };
    await expect(sync.enqueue("note.add", wrong as { id: string; listId: string; text: string })).rejects.toMatchObject(
      {
        name: "SyncClientError",
        code: "INVALID_ARGUMENTS",
      },
    );
    expect(sync.outbox.get()).toEqual([]);
  });

  it("C3: types say what a call takes, and that rows are not the caller's to change", async () => {
    await using world = await createWorld();
    const { sync } = world.openTab();
    expectTypeOf(sync.mutate.note.edit).parameters.toEqualTypeOf<[{ id: string; text: string }]>();
    expectTypeOf(sync.mutate.note.edit).toEqualTypeOf<Mutator<NotesContract, "note.edit">>();
    expectTypeOf(sync.query("note").get()[0]).toEqualTypeOf<LiveRow<Note> | undefined>();
    const change = (row: LiveRow<Note>) => {
      // @ts-expect-error a row is shared by all queries
      row.text = "changed in place";
    };
    expect(change).toBeTypeOf("function");
  });

  it("C3: what the caller does to its object afterwards changes nothing", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    const args = { id: newId(), listId: "home", text: "as written" };
    const writing = tab.sync.mutate.note.add(args);
    args.text = "changed later";
    await writing;
    expect(tab.texts()).toEqual(["as written"]);
  });

  it("C4: another person on the same device neither sees nor sends what the first one left", async () => {
    await using world = await createWorld();
    await world.server.setMember("home", "bob");
    const ann = world.openTab({ decide: offline });
    await ann.add("by Ann");
    await ann.sync.stop();
    const bob = world.openTab({ user: "bob" });
    await bob.sync.opened;
    await world.until(isSynced(bob));
    expect(bob.texts()).toEqual([]);
    expect(bob.sync.outbox.get()).toEqual([]);
    expect(await world.server.texts()).toEqual([]);
    const annAgain = world.openTab();
    await world.until(() => bob.texts().length === 1);
    expect(annAgain.texts()).toEqual(["by Ann"]);
  });

  it("rejects after stop() and keeps what was queued", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.add("kept");
    await tab.sync.stop();
    await expect(tab.add("late")).rejects.toBeInstanceOf(SyncClientError);
    const next = world.openTab({ decide: offline });
    await next.sync.opened;
    expect(next.texts()).toEqual(["kept"]);
  });

  it("opens offline with the rows of the last pull", async () => {
    await using world = await createWorld();
    const first = world.openTab();
    await first.add("seen");
    await world.until(isSynced(first));
    await first.sync.stop();
    const second = world.openTab({ decide: offline });
    await second.sync.opened;
    expect(second.rows()).toMatchObject([{ text: "seen", $state: "synced" }]);
    await world.until(() => second.sync.status.get().state === "offline");
    expect(second.sync.status.get()).toMatchObject({ reason: "offline", lastSyncedAt: null });
  });
});
