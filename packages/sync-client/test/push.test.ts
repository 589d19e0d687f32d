import { MAX_PUSH_BYTES, MAX_PUSH_OPERATIONS, type PushInput } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import { refusal } from "./fault-transport.ts";
import { createWorld, isSynced, newId, offline, type Tab } from "./harness.ts";

const pushes = (tab: Tab) =>
  tab.transport.calls.flatMap(({ kind, input }) => (kind === "push" ? [input as PushInput] : []));

describe("pushing", () => {
  it("C10, I2: a lost response is followed by the same push, which has no second effect", async () => {
    await using world = await createWorld();
    let lost = 0;
    const tab = world.openTab({ decide: (kind) => (kind === "push" && (lost += 1) <= 3 ? "lose-response" : "none") });
    await tab.add("once");
    await world.until(isSynced(tab));
    expect(await world.server.effects()).toHaveLength(1);
    expect(
      pushes(tab)
        .slice(0, 4)
        .map(({ ops }) => ops),
    ).toEqual(Array(4).fill(pushes(tab)[0]?.ops));
    expect(tab.rows()).toMatchObject([{ text: "once", $state: "synced" }]);
  });

  it("C10: a refusal whose response was lost is still found out", async () => {
    await using world = await createWorld();
    let lost = 0;
    const tab = world.openTab({ decide: (kind) => (kind === "push" && (lost += 1) === 1 ? "lose-response" : "none") });
    await tab.add("bad");
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    expect(tab.sync.deadLetters.get()).toMatchObject([{ status: "rejected", error: { code: "FORBIDDEN" } }]);
  });

  it("C5: a row never disappears between the verdict and the pull that shows it", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const live = tab.sync.query("note", { index: "byList", equals: ["home"] });
    const seen: string[] = [];
    live.subscribe(() =>
      seen.push(
        live
          .get()
          .map(({ text, $state }) => `${text} ${$state}`)
          .join(),
      ),
    );
    await tab.add("steady");
    await world.until(isSynced(tab));
    expect(seen).toEqual(["steady pending", "steady synced"]);
  });

  it("C11: a refusal in the middle stops nothing and says why", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    for (const text of ["one", "bad two", "three"]) await tab.add(text);
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["one", "three"]);
    expect(tab.sync.deadLetters.get()).toMatchObject([
      { name: "note.add", error: { message: "Bad notes are refused." } },
    ]);
    expect(tab.rows().find(({ text }) => text === "bad two")).toMatchObject({ $state: "rejected" });
    expect(tab.sync.status.get()).toMatchObject({ pending: 0, deadLetters: 1 });
  });

  it("C8: a long queue goes in pushes of 500, in order", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    const texts = Array.from({ length: 1_100 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map((text) => tab.add(text)));
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(texts);
    const firstSeqs = pushes(tab).map(({ ops }) => ops[0]?.seq);
    expect(new Set(firstSeqs)).toEqual(new Set([1, MAX_PUSH_OPERATIONS + 1, 2 * MAX_PUSH_OPERATIONS + 1]));
    expect(pushes(tab).map(({ ops }) => ops.length)).toContain(MAX_PUSH_OPERATIONS);
    expect(pushes(tab).at(-1)).toMatchObject({ pending: 0 });
  });

  it("C9, I2: verdicts are confirmed once a pull has shown them, not before", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("one");
    await world.until(isSynced(tab));
    await tab.add("two");
    await world.until(isSynced(tab));
    expect(pushes(tab).map(({ ackSeq }) => ackSeq)).toEqual([0, 1]);
  });

  it("C8: large operations go in pushes that the server takes", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await Promise.all(Array.from({ length: 30 }, () => tab.add("ä".repeat(40_000))));
    await world.until(isSynced(tab));
    expect(await world.server.effects()).toHaveLength(30);
    const sizes = pushes(tab).map((input) => new TextEncoder().encode(JSON.stringify(input)).length);
    expect(Math.max(...sizes)).toBeLessThan(MAX_PUSH_BYTES);
  });

  it("C8: a push that a stricter server finds too large is halved until it fits", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await Promise.all(Array.from({ length: 40 }, (_, index) => tab.add(`note ${index}`)));
    let refusals = 0;
    tab.transport.decide = (kind) =>
      kind === "push" && (refusals += 1) <= 3 ? refusal("PAYLOAD_TOO_LARGE", 413) : "none";
    await world.until(isSynced(tab));
    expect(
      pushes(tab)
        .slice(-5)
        .some(({ ops }) => ops.length === 5),
    ).toBe(true);
    expect(await world.server.effects()).toHaveLength(40);
  });

  it("C15: a text that looks like an error code decides nothing", async () => {
    await using world = await createWorld();
    let failures = 0;
    const tab = world.openTab({
      decide: (kind) =>
        kind === "push" && (failures += 1) <= 2 ? new TypeError("14003 RESET_REQUIRED 401 FORBIDDEN") : "none",
    });
    await tab.add("kept");
    await world.until(isSynced(tab));
    const devices = new Set(pushes(tab).map(({ deviceId }) => deviceId));
    expect(devices.size).toBe(1);
    expect(tab.unauthorizedCalls()).toBe(0);
    expect(await world.server.effects()).toHaveLength(1);
  });

  it("C8: an edit carries the pulled version of the row that it changes", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const id = await tab.add("first", newId());
    await world.until(isSynced(tab));
    await tab.sync.mutate.note.edit({ id, text: "second" });
    await world.until(isSynced(tab));
    expect(pushes(tab).at(-1)?.ops).toMatchObject([{ name: "note.edit", base: 1 }]);
    expect(pushes(tab)[0]?.ops[0]?.base).toBeUndefined();
  });
});
