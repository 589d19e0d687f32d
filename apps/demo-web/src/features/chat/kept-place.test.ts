import { expect, test } from "vitest";
import { createKeptPlace } from "./kept-place.ts";
import { MemoryStorage } from "./testing/memory-storage.ts";

const PLACE = { upTo: "019ab5a0-0000-7000-8000-000000000001", upToAt: "2026-11-30T04:00:00.000000Z" };

const placeOf = (storage: Storage | undefined, userId = "anna", lessonId = "algebra") =>
  createKeptPlace({ storage, userId, lessonId });

test("a place is kept for its person and lesson alone, until it is cleared", () => {
  const storage = new MemoryStorage();
  placeOf(storage).write(PLACE);
  expect(placeOf(storage).read()).toEqual(PLACE);
  expect(placeOf(storage, "boris").read()).toBeUndefined();
  expect(placeOf(storage, "anna", "biology").read()).toBeUndefined();
  placeOf(storage).clear();
  expect(placeOf(storage).read()).toBeUndefined();
});

test.each(["no JSON", "{}", '{"upTo":1}', "null"])("%s in the storage is no place", (text) => {
  const storage = new MemoryStorage();
  storage.setItem("tidemark:read:anna:algebra", text);
  expect(placeOf(storage).read()).toBeUndefined();
});

test("a full storage is no error, and neither is none", () => {
  const full = new MemoryStorage();
  full.isFull = true;
  expect(() => placeOf(full).write(PLACE)).not.toThrow();
  expect(() => placeOf(undefined).write(PLACE)).not.toThrow();
  expect(placeOf(undefined).read()).toBeUndefined();
});
