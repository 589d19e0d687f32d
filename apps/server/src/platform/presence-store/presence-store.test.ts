import { describe, expect, it } from "vitest";
import type { Clock } from "../clock/clock.ts";
import { createManualClock } from "../clock/manual-clock.ts";
import { createMemoryPresenceStore } from "./memory-presence-store.ts";
import type { PresenceStore } from "./presence-store.ts";

type Create = (clock: Clock, ttlSeconds: number) => PresenceStore;
const adapters: readonly [string, Create][] = [
  ["memory", (clock, ttlSeconds) => createMemoryPresenceStore({ clock, ttlSeconds })],
];

describe.each(adapters)("presence in %s", (_name, create) => {
  it("holds for its seconds from the last sign of life, and no longer", async () => {
    const clock = createManualClock(0);
    const store = create(clock, 90);
    await store.touch("ann");
    await store.touch("ben");
    clock.advance(60_000);
    await store.touch("ann");
    clock.advance(30_000);
    expect([...(await store.onlineAmong(["ann", "ben", "cara"]))]).toEqual(["ann", "ben"]);
    clock.advance(1);
    expect([...(await store.onlineAmong(["ann", "ben"]))]).toEqual(["ann"]);
    clock.advance(60_000);
    expect((await store.onlineAmong(["ann", "ben"])).size).toBe(0);
  });

  it("keeps who is here, however many come and go", async () => {
    const clock = createManualClock(0);
    const store = create(clock, 1);
    for (let visitor = 0; visitor < 30_000; visitor += 1) {
      await store.touch(`visitor ${visitor}`);
      if (visitor % 10_000 === 0) clock.advance(2000);
    }
    await store.touch("ann");
    expect([...(await store.onlineAmong(["ann", "visitor 1", "visitor 29999"]))].sort()).toEqual([
      "ann",
      "visitor 29999",
    ]);
  });
});
