import type { PullRequest, PushInput } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import { refusal } from "./fault-transport.ts";
import { createWorld, isSynced, offline, type Tab } from "./harness.ts";

const inputs = (tab: Tab) => tab.transport.calls.map(({ input }) => input as PushInput & PullRequest);
const deviceIds = (tab: Tab) => new Set(inputs(tab).map(({ deviceId }) => deviceId));

describe("a device whose history the server does not know", () => {
  it("C13, I2: takes a new id and sends what waits again under it, once and in order", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("before");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    for (const text of ["one", "two"]) await tab.add(text);
    await world.server.restoreEmpty();
    tab.transport.decide = () => "none";
    await world.until(async () => isSynced(tab)() && (await world.server.texts()).length === 2);
    expect(await world.server.texts()).toEqual(["one", "two"]);
    expect(tab.texts()).toEqual(["one", "two"]);
    expect(deviceIds(tab).size).toBe(2);
    await tab.add("after");
    await world.until(isSynced(tab));
    expect(inputs(tab).findLast(({ ops }) => ops !== undefined)?.ops).toMatchObject([{ seq: 3 }]);
  });

  it("C13 S42: names the id that it had until a push by the new one is answered", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("before");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("waits");
    await world.server.restoreEmpty();
    tab.transport.decide = () => "none";
    await world.until(async () => isSynced(tab)() && (await world.server.texts()).length === 1);
    await tab.add("after");
    await world.until(isSynced(tab));
    const [former = "", present] = deviceIds(tab);
    const pushes = inputs(tab).filter(({ deviceId, ops }) => deviceId === present && ops !== undefined);
    expect(pushes.map(({ replaces }) => replaces)).toEqual([[former], undefined]);
  });

  it("C13: sends applied operations again that no pull has shown, and they have no second effect", async () => {
    await using world = await createWorld();
    let pulls = 0;
    const tab = world.openTab({
      decide: (kind) => (kind === "pull" && [2, 4, 5].includes((pulls += 1)) ? refusal("RESET_REQUIRED", 409) : "none"),
    });
    await world.until(isSynced(tab));
    await tab.add("once");
    await world.until(isSynced(tab));
    expect(await world.server.effects()).toHaveLength(1);
    expect(tab.rows()).toMatchObject([{ text: "once", $state: "synced" }]);
  });

  it("C13: notices another epoch though its cursor was refused in the same moment", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("before");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("waits");
    await world.server.restoreEmpty();
    world.server.rotateCursorKey();
    tab.transport.decide = () => "none";
    await world.until(async () => isSynced(tab)() && (await world.server.texts()).length === 1);
    expect(await world.server.texts()).toEqual(["waits"]);
    expect(tab.texts()).toEqual(["waits"]);
    expect(deviceIds(tab).size).toBe(2);
    await tab.add("after");
    await world.until(isSynced(tab));
    expect(inputs(tab).findLast(({ ops }) => ops !== undefined)).toMatchObject({ epoch: "epoch 2" });
  });

  it("C13: with an empty queue the next operation is seq 1 of the new device", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("before");
    await world.until(isSynced(tab));
    await world.server.restoreEmpty();
    await world.until(() => deviceIds(tab).size === 2);
    await world.until(isSynced(tab));
    await tab.add("after");
    await world.until(isSynced(tab));
    expect(tab.texts()).toEqual(["after"]);
    expect(inputs(tab).findLast(({ ops }) => ops !== undefined)?.ops).toMatchObject([{ seq: 1 }]);
  });

  it("C13: a refused operation stays a dead letter, in its place", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("bad");
    await world.until(() => tab.sync.deadLetters.get().length === 1);
    await world.server.restoreEmpty();
    await world.until(() => deviceIds(tab).size === 2);
    await world.until(isSynced(tab));
    expect(tab.rows()).toMatchObject([{ text: "bad", $state: "rejected" }]);
  });

  it("C12: a gap whose operations are gone resets the device; what is queued arrives", async () => {
    await using world = await createWorld();
    let gaps = 0;
    const tab = world.openTab();
    await tab.add("one");
    await world.until(isSynced(tab));
    tab.transport.decide = (kind) =>
      kind === "push" && (gaps += 1) === 1 ? refusal("SEQUENCE_GAP", 409, { expectedSeq: 1 }) : "none";
    await tab.add("two");
    await world.until(isSynced(tab));
    expect(deviceIds(tab).size).toBe(2);
    expect(await world.server.texts()).toEqual(["one", "two"]);
  });

  it("C14: a cursor that no longer verifies is dropped; device and queue stay", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("one");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.add("two");
    world.server.rotateCursorKey();
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(deviceIds(tab).size).toBe(1);
    expect(tab.texts()).toEqual(["one", "two"]);
  });

  it("C13: a row that the other history does not have goes when the pull ends, not before", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.add("gone");
    await world.until(isSynced(tab));
    await world.server.restoreEmpty();
    const seen: number[] = [];
    const live = tab.sync.query("note", { index: "byList", equals: ["home"] });
    live.subscribe(() => seen.push(live.get().length));
    await world.until(() => seen.length > 0);
    expect(seen).toEqual([0]);
  });
});
