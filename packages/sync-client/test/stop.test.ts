import { describe, expect, it } from "vitest";
import { createWorld, isSynced } from "./harness.ts";

describe("a client that is stopped", () => {
  it("C1: leaves no timer behind where somebody who listens to the status stops it", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    let stopping: Promise<void> | undefined;
    tab.sync.status.subscribe(() => {
      if (isSynced(tab)()) stopping ??= tab.sync.stop();
    });
    await world.until(() => stopping !== undefined);
    await stopping;
    expect(world.clock.nextDelay()).toBeUndefined();
  });

  it("C20: does not try again to open what it could not open before", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    await tab.sync.stop();
    await Promise.allSettled([tab.sync.opened]);
    expect(world.clock.nextDelay()).toBeUndefined();
  });

  it("C20: stopped while it opened, it refuses as a stopped one does, writes that waited for the opening too", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const writing = tab.add("nowhere");
    const stopping = tab.sync.stop();
    await expect(writing).rejects.toMatchObject({ code: "STOPPED" });
    await expect(tab.sync.opened).rejects.toMatchObject({ code: "STOPPED" });
    await stopping;
  });

  it("C19: refuses a `syncNow` that waited for the opening, instead of letting it wait for a round", async () => {
    await using world = await createWorld();
    const tab = world.openTab();
    const stopping = tab.sync.opened.then(tab.sync.stop);
    await expect(tab.sync.syncNow()).rejects.toMatchObject({ code: "STOPPED" });
    await stopping;
    expect(world.clock.nextDelay()).toBeUndefined();
  });
});
