import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PushInput } from "@tidemark/api/contracts";
import { createWorld, isSynced, newId, offline, type Tab } from "./harness.ts";

const note = (text: string) => ({ id: newId(), listId: "home", text });
const pushesOf = (tab: Tab) =>
  tab.transport.calls.filter(({ kind }) => kind === "push").map(({ input }) => input as PushInput);

describe("a transaction", () => {
  it("C22 I5: is queued, shown and applied as one", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await world.until(isSynced(tab));
    const live = tab.sync.query("note", { index: "byList", equals: ["home"] });
    const seen: number[] = [];
    live.subscribe(() => seen.push(live.get().length));
    const { ids } = await tab.sync.transaction((mutate) => {
      for (const text of ["one", "two", "three"]) void mutate.note.add(note(text));
    });
    expect(ids).toEqual(tab.sync.outbox.get().map(({ id }) => id));
    expect(seen).toEqual([3]);
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["one", "two", "three"]);
    const groups = pushesOf(tab).flatMap(({ ops }) => ops.map(({ group }) => group));
    expect(new Set(groups).size).toBe(1);
    expect(groups[0]).toBeDefined();
    expect(new Set(seen)).toEqual(new Set([3]));
  });

  it("C22 S26: is refused as one by the server, each of its operations with its reason", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.sync.transaction(async (mutate) => {
      await mutate.note.add(note("fine"));
      await mutate.note.add(note("bad"));
    });
    await world.until(() => tab.sync.deadLetters.get().length === 2);
    expect(tab.sync.deadLetters.get().map(({ error }) => error.code)).toEqual(["GROUP_FAILED", "FORBIDDEN"]);
    expect(await world.server.texts()).toEqual([]);
  });

  it("C22: of one operation needs no group, of none queues nothing", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    expect(await tab.sync.transaction(() => {})).toEqual({ ids: [] });
    await tab.sync.transaction((mutate) => void mutate.note.add(note("alone")));
    await world.until(isSynced(tab));
    expect(pushesOf(tab).flatMap(({ ops }) => ops)).toMatchObject([{ name: "note.add" }]);
    expect(pushesOf(tab)[0]?.ops[0]?.group).toBeUndefined();
  });

  it("C22: sees what it has written itself", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.sync.opened;
    const row = note("first");
    await tab.sync.transaction((mutate) => {
      void mutate.note.add(row);
      void mutate.note.edit({ id: row.id, text: "second" });
    });
    expect(tab.rows()).toMatchObject([{ text: "second", $state: "pending" }]);
  });

  it("C22 C2: keeps its place among the calls before and after it", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await Promise.all([
      tab.add("before"),
      tab.sync.transaction((mutate) => {
        void mutate.note.add(note("one"));
        void mutate.note.add(note("two"));
      }),
    ]);
    await tab.add("after");
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["before", "one", "two", "after"]);
  });

  it.each<{ what: string; code: string; write: (tab: Tab) => Parameters<Tab["sync"]["transaction"]>[0] }>([
    {
      what: "arguments that do not pass their schema, even when nobody waits for that call",
      code: "INVALID_ARGUMENTS",
      write: () => (mutate) => {
        void mutate.note.add(note("fine"));
        void mutate.note.add({ ...note("wrong"), text: JSON.parse("7") as string });
      },
    },
    {
      what: "more than fifty operations",
      code: "TRANSACTION_TOO_LARGE",
      write: () => (mutate) => {
        for (let count = 0; count < 51; count += 1) void mutate.note.add(note("one of many"));
      },
    },
    {
      what: "more than half a push",
      code: "TRANSACTION_TOO_LARGE",
      write: () => (mutate) => {
        for (let count = 0; count < 8; count += 1) void mutate.note.add(note("x".repeat(99_000)));
      },
    },
    {
      what: "a transaction within it",
      code: "TRANSACTION_MISUSED",
      write: (tab) => (mutate) => {
        void mutate.note.add(note("fine"));
        void tab.sync.transaction((inner) => void inner.note.add(note("nested"))).catch(() => {});
      },
    },
    {
      what: "a write beside it",
      code: "TRANSACTION_MISUSED",
      write: (tab) => (mutate) => {
        void mutate.note.add(note("fine"));
        void tab.sync.mutate.note.add(note("beside")).catch(() => {});
      },
    },
  ])("C22: queues nothing for $what", async ({ code, write }) => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await expect(tab.sync.transaction(write(tab))).rejects.toMatchObject({ code });
    expect(tab.sync.outbox.get()).toEqual([]);
    await tab.add("goes on");
    expect(tab.texts()).toEqual(["goes on"]);
  });

  it("C22: queues nothing when its function throws, at once or later", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    const failing = [
      tab.sync.transaction((mutate) => {
        void mutate.note.add(note("one"));
        throw new RangeError("mine");
      }),
      tab.sync.transaction(async (mutate) => {
        await mutate.note.add(note("one"));
        throw new RangeError("mine");
      }),
    ];
    for (const outcome of failing) await expect(outcome).rejects.toEqual(new RangeError("mine"));
    expect(tab.sync.outbox.get()).toEqual([]);
  });

  it("C22: takes nothing once its function has ended", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    let late: Parameters<Parameters<Tab["sync"]["transaction"]>[0]>[0] | undefined;
    await tab.sync.transaction((mutate) => void (late = mutate));
    await expect(late?.note.add(note("late"))).rejects.toMatchObject({ code: "TRANSACTION_MISUSED" });
    expect(tab.sync.outbox.get()).toEqual([]);
  });

  it("C22 C8 I5: is never cut by a push, whatever lies around it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
        await using world = await createWorld();
        const tab = world.openTab({ decide: offline });
        for (const size of sizes) {
          await tab.sync.transaction((mutate) => {
            for (let count = 0; count < size; count += 1) void mutate.note.add(note(`${size}`));
          });
        }
        tab.transport.calls.length = 0;
        tab.transport.decide = () => "none";
        await world.until(isSynced(tab));
        expect(await world.server.notes()).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
        const pushOf = new Map<string, number>();
        for (const [index, { ops }] of pushesOf(tab).entries()) {
          for (const { group } of ops) {
            if (group === undefined) continue;
            expect(pushOf.get(group) ?? index, "a group lies in one push").toBe(index);
            pushOf.set(group, index);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});
