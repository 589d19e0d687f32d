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
function sampleOften(shedder: Shedder, delayMs: number, times: number): void {
  for (let time = 0; time < times; time += 1) shedder.sample(delayMs);
}

describe("the load shedder", () => {
  it("takes a thousand requests at once while the event loop keeps up", () => {
    const { shedder } = createShedder();
    sampleOften(shedder, 1, 100);
    expect(fill(shedder, 1_000)).toBe(1_000);
    expect(shedder.hasRoom()).toBe(true);
  });

  it("has no room while what stands waiting makes the event loop late, and room again once it is worked off", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    sampleOften(shedder, 50, 5);
    expect(shedder.hasRoom()).toBe(false);
    for (let left = 0; left < 201; left += 1) shedder.leave();
    expect(shedder.hasRoom()).toBe(true);
  });

  it("lets one large answer pass: a late turn of the event loop is no queue", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    for (let turn = 0; turn < 20; turn += 1) {
      shedder.sample(400);
      shedder.sample(0);
    }
    expect(shedder.hasRoom()).toBe(true);
  });

  it("keeps places enough for the database's connections to be busy, however late the event loop is", () => {
    const { shedder } = createShedder();
    sampleOften(shedder, 1_000, 1_000);
    expect(fill(shedder, 1_000)).toBe(100);
  });

  it("takes more again, step by step, once the event loop keeps up", () => {
    const { shedder } = createShedder();
    sampleOften(shedder, 1_000, 1_000);
    fill(shedder, 1_000);
    sampleOften(shedder, 0, 1);
    expect(shedder.hasRoom()).toBe(true);
    sampleOften(shedder, 0, 200);
    expect(fill(shedder, 3_000)).toBe(3_000);
  });

  it("tells of refusals for five seconds, and how late the event loop is", () => {
    const { shedder, clock } = createShedder();
    clock.advance(60_000);
    expect(shedder.health()).toEqual({ status: "ok", latencyMs: 0 });
    shedder.sample(12.34);
    shedder.countRefusal();
    clock.advance(4_999);
    expect(shedder.health()).toEqual({ status: "shedding", latencyMs: 12.3 });
    clock.advance(1);
    expect(shedder.health()).toMatchObject({ status: "ok" });
  });
});
