import { describe, expect, it } from "vitest";
import { refusal, type Fault } from "./fault-transport.ts";
import { createWorld, isSynced, offline, type World } from "./harness.ts";

/** What a person wrote offline before the last tab was closed. */
async function leaveBehind(world: World, ...texts: readonly string[]): Promise<void> {
  const tab = world.openTab({ decide: offline });
  for (const text of texts) await tab.add(text);
  await tab.sync.stop();
}

describe("a service worker without an open tab", () => {
  it("C29, I1: sends what was queued, once, and stores the verdicts", async () => {
    await using world = await createWorld();
    await leaveBehind(world, "one", "bad two", "three");
    expect(await world.drain()).toBe("drained");
    expect(await world.server.texts()).toEqual(["one", "three"]);
    expect(await world.drain()).toBe("drained");
    expect(await world.server.effects()).toHaveLength(2);
    const tab = world.openTab({ decide: offline });
    await tab.sync.opened;
    expect(tab.rows()).toMatchObject([
      { text: "one", $state: "synced" },
      { text: "three", $state: "synced" },
      { text: "bad two", $state: "rejected" },
    ]);
  });

  it("C29: rejects while something waits, so that the browser tries again", async () => {
    await using world = await createWorld();
    await leaveBehind(world, "kept");
    for (const fault of ["lose-request", "lose-response", refusal("CONTRACT_TOO_OLD", 412)] as const) {
      await expect(world.drain({ decide: () => fault })).rejects.toMatchObject({ code: "NOT_DRAINED" });
    }
    expect(await world.drain()).toBe("drained");
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C29, C15: renews the session once, and drops nothing where that does not help", async () => {
    await using world = await createWorld();
    await leaveBehind(world, "kept");
    let renewals = 0;
    let isSignedIn = false;
    const decide = (): Fault => (isSignedIn ? "none" : refusal("UNAUTHORIZED", 401));
    const onUnauthorized = (): void => void (renewals += 1);
    await expect(world.drain({ decide, onUnauthorized })).rejects.toMatchObject({ code: "NOT_DRAINED" });
    expect(renewals).toBe(1);
    expect(await world.drain({ decide, onUnauthorized: () => void (isSignedIn = true) })).toBe("drained");
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C29, C13: takes a new device id where the server asks for it", async () => {
    await using world = await createWorld();
    await leaveBehind(world, "kept");
    let calls = 0;
    expect(await world.drain({ decide: () => ((calls += 1) === 1 ? refusal("RESET_REQUIRED", 409) : "none") })).toBe(
      "drained",
    );
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C29: leaves the work to a tab that leads, and to a visible one that opens meanwhile", async () => {
    await using world = await createWorld();
    await leaveBehind(world, "waits");
    const tab = world.openTab({ decide: offline });
    await world.until(() => tab.sync.status.get().isLeader);
    expect(await world.drain()).toBe("tab-leads");
    expect(await world.server.texts()).toEqual([]);
    await tab.sync.stop();

    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const draining = world.drain({ decide: () => (arrive(), new Promise<Fault>(() => {})) });
    await arrived;
    const opened = world.openTab();
    expect(await draining).toBe("tab-leads");
    await world.until(isSynced(opened));
    expect(await world.server.texts()).toEqual(["waits"]);
  });

  it("C29: is asked for when something begins to wait, and when a page with a queue is hidden", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline });
    await tab.sync.opened;
    tab.setVisible(false);
    expect(tab.drainRequests()).toBe(0);
    await tab.add("first");
    await tab.add("second");
    expect(tab.drainRequests()).toBe(1);
    tab.setVisible(true);
    tab.setVisible(false);
    expect(tab.drainRequests()).toBe(2);
  });
});
