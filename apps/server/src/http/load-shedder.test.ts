import { describe, expect, it } from "vitest";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { createLoadShedder } from "./load-shedder.ts";

function createShedder() {
  const clock = createManualClock(0);
  return { clock, shedder: createLoadShedder({ clock }) };
}
type Shedder = ReturnType<typeof createShedder>["shedder"];

/** Takes places until there is none, at most `most`; answers how many were taken. */
function fill(shedder: Shedder, most: number): number {
  let taken = 0;
  for (; taken < most && shedder.hasRoom(); taken += 1) shedder.enter();
  return taken;
}
/** Looks for `ms` at an event loop that is busy for a share of its time. */
function watch(shedder: Shedder, busyShare: number, ms: number): void {
  for (let elapsed = 0; elapsed < ms; elapsed += 10) shedder.sample({ elapsedMs: 10, busyShare, lateMs: 0 });
}

describe("the load shedder", () => {
  it("takes a thousand requests at once while the event loop has time to spare", () => {
    const { shedder } = createShedder();
    watch(shedder, 0.9, 1_000);
    expect(fill(shedder, 1_000)).toBe(1_000);
    expect(shedder.hasRoom()).toBe(true);
  });

  it("has no room while the event loop has no time left, and room again once what waits is worked off", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    watch(shedder, 1, 100);
    expect(shedder.hasRoom()).toBe(false);
    for (let left = 0; left < 929; left += 1) shedder.leave();
    expect(shedder.hasRoom()).toBe(true);
  });

  it("lets one large answer pass: a moment without time is no queue", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    for (let turn = 0; turn < 20; turn += 1) {
      watch(shedder, 1, 90);
      watch(shedder, 0, 10);
      expect(shedder.hasRoom()).toBe(true);
    }
  });

  it("takes as many as the event loop ends within 15 ms", () => {
    const { shedder } = createShedder();
    for (let look = 0; look < 20; look += 1) {
      for (let call = 0; call < 80; call += 1) {
        shedder.enter();
        shedder.leave();
      }
      watch(shedder, 1, 10);
    }
    expect(fill(shedder, 1_000)).toBe(120);
  });

  it("keeps places enough for the database's connections to be busy, however slow the event loop is", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 10_000);
    expect(fill(shedder, 1_000)).toBe(72);
  });

  it("takes everything again once the event loop has time to spare", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 10_000);
    watch(shedder, 0.5, 20);
    expect(fill(shedder, 3_000)).toBe(3_000);
  });

  it("sees by one look alone when that look comes late", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    shedder.sample({ elapsedMs: 500, busyShare: 1, lateMs: 490 });
    expect(shedder.hasRoom()).toBe(false);
  });

  it("tells of refusals for five seconds, and how late the event loop is", () => {
    const { shedder, clock } = createShedder();
    clock.advance(60_000);
    expect(shedder.health()).toEqual({ status: "ok", latencyMs: 0 });
    shedder.sample({ elapsedMs: 22.34, busyShare: 1, lateMs: 12.34 });
    shedder.countRefusal();
    clock.advance(4_999);
    expect(shedder.health()).toEqual({ status: "shedding", latencyMs: 12.3 });
    clock.advance(1);
    expect(shedder.health()).toMatchObject({ status: "ok" });
  });
});
