import { describe, expect, it } from "vitest";
import { createIds } from "./ids.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const idsAt = (now: () => number) => createIds({ now });

describe("ids", () => {
  it("are UUIDv7s of their time", () => {
    const id = idsAt(() => 0x0123_4567_89ab)();
    expect(id).toMatch(UUID_V7);
    expect(id.startsWith("01234567-89ab-7")).toBe(true);
  });

  it("grow within a millisecond, past the counter's end", () => {
    const next = idsAt(() => 1_700_000_000_000);
    const ids = Array.from({ length: 10_000 }, next);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("share no randomness: what one of them had is drawn anew for the next", () => {
    const randomOf = (id: string) => id.replaceAll("-", "").slice(16);
    const next = idsAt(() => 1_700_000_000_000);
    expect(new Set(Array.from({ length: 1_000 }, () => randomOf(next()))).size).toBe(1_000);
  });

  it("grow when the clock jumps back", () => {
    let now = 2_000;
    const next = idsAt(() => now);
    const before = next();
    now = 1_000;
    expect(next() > before).toBe(true);
  });
});
