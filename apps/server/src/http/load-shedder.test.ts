import { describe, expect, it } from "vitest";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { createLoadShedder, type RequestKind } from "./load-shedder.ts";

function createShedder() {
  const clock = createManualClock(0);
  return { clock, shedder: createLoadShedder({ clock }) };
}
type Shedder = ReturnType<typeof createShedder>["shedder"];

/** Takes places until there is none, at most `most`; answers how many were taken. */
function fill(shedder: Shedder, most: number, kind: RequestKind = "other"): number {
  let taken = 0;
  for (; taken < most && shedder.hasRoom(kind); taken += 1) shedder.enter(kind);
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
    expect(shedder.hasRoom("other")).toBe(true);
  });

  it("has no room while the event loop has no time left, and room again once what waits is worked off", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    watch(shedder, 1, 100);
    expect(shedder.hasRoom("other")).toBe(false);
    for (let left = 0; left < 937; left += 1) shedder.leave("other");
    expect(shedder.hasRoom("other")).toBe(true);
  });

  it("lets one large answer pass: a moment without time is no queue", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    for (let turn = 0; turn < 20; turn += 1) {
      watch(shedder, 1, 90);
      watch(shedder, 0, 10);
      expect(shedder.hasRoom("other")).toBe(true);
    }
  });

  it("takes no long queue in the first moments without time", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 20);
    expect(fill(shedder, 100)).toBe(100);
    watch(shedder, 1, 10);
    expect(fill(shedder, 1_000)).toBe(28);
    watch(shedder, 0.5, 10);
    expect(fill(shedder, 1_000)).toBe(1_000);
  });

  it("takes as many as the event loop ends within 10 ms", () => {
    const { shedder } = createShedder();
    for (let look = 0; look < 20; look += 1) {
      for (let call = 0; call < 80; call += 1) {
        shedder.enter("other");
        shedder.leave("other");
      }
      watch(shedder, 1, 10);
    }
    expect(fill(shedder, 1_000)).toBe(80);
  });

  it("takes some however slow the event loop is, and all devices of a lesson that push at once", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 10_000);
    expect(fill(shedder, 1_000)).toBe(64);
    expect(fill(shedder, 1_000, "push")).toBe(72);
  });

  it("takes fewer while a tenth of what comes is refused anyway, and as many as before soon after", () => {
    const { shedder } = createShedder();
    const look = (refused: number) => {
      for (let call = 0; call < 18; call += 1) {
        shedder.enter("other");
        shedder.leave("other");
      }
      for (let call = 0; call < refused; call += 1) shedder.countRefusal("other");
      watch(shedder, 1, 10);
    };
    for (let turn = 0; turn < 10; turn += 1) look(2);
    expect(fill(shedder, 1_000)).toBe(64);
    for (let left = 0; left < 64; left += 1) shedder.leave("other");
    for (let turn = 0; turn < 20; turn += 1) look(3);
    expect(fill(shedder, 1_000)).toBe(18);
    expect(fill(shedder, 1_000, "push")).toBe(72);
    for (let turn = 0; turn < 11; turn += 1) look(0);
    expect(fill(shedder, 1_000)).toBe(64 - 18);
  });

  it("takes more and more once the event loop has time to spare, and everything after a fifth of a second", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 10_000);
    watch(shedder, 0.5, 20);
    expect(fill(shedder, 3_000)).toBe(96);
    watch(shedder, 0.5, 180);
    expect(fill(shedder, 3_000)).toBe(3_000);
  });

  it("lets pushes take no place of other requests, nor the other way", () => {
    const { shedder } = createShedder();
    watch(shedder, 1, 1_000);
    fill(shedder, 1_000, "push");
    expect(shedder.hasRoom("other")).toBe(true);
    fill(shedder, 1_000);
    for (let left = 0; left < 10; left += 1) shedder.leave("push");
    expect([shedder.hasRoom("push"), shedder.hasRoom("other")]).toEqual([true, false]);
  });

  it("sees by one look alone when that look comes late", () => {
    const { shedder } = createShedder();
    fill(shedder, 1_000);
    shedder.sample({ elapsedMs: 500, busyShare: 1, lateMs: 490 });
    expect(shedder.hasRoom("other")).toBe(false);
  });

  it("takes everything where the clock stands still", () => {
    const { shedder } = createShedder();
    for (let look = 0; look < 20; look += 1) shedder.sample({ elapsedMs: 0, busyShare: 1, lateMs: -10 });
    expect(fill(shedder, 1_000)).toBe(1_000);
  });

  it("tells of refusals for five seconds, and how late the event loop is", () => {
    const { shedder, clock } = createShedder();
    clock.advance(60_000);
    expect(shedder.health()).toEqual({ status: "ok", latencyMs: 0 });
    shedder.sample({ elapsedMs: 22.34, busyShare: 1, lateMs: 12.34 });
    shedder.countRefusal("other");
    clock.advance(4_999);
    expect(shedder.health()).toEqual({ status: "shedding", latencyMs: 12.3 });
    clock.advance(1);
    expect(shedder.health()).toMatchObject({ status: "ok" });
  });
});
