import { expect, test } from "vitest";
import { createDraftStore } from "./draft-store.ts";
import { MemoryStorage } from "./testing/memory-storage.ts";

test("a draft is there after the page was loaded anew", () => {
  const storage = new MemoryStorage();
  createDraftStore({ storage, userId: "u" }).write("lesson", "half a sen");
  expect(createDraftStore({ storage, userId: "u" }).read("lesson")).toBe("half a sen");
});

test("each lesson has its own draft, and nobody reads another person's", () => {
  const storage = new MemoryStorage();
  createDraftStore({ storage, userId: "u" }).write("lesson", "mine");
  expect(createDraftStore({ storage, userId: "u" }).read("another lesson")).toBe("");
  expect(createDraftStore({ storage, userId: "v" }).read("lesson")).toBe("");
});

test("an emptied draft leaves nothing behind", () => {
  const storage = new MemoryStorage();
  const drafts = createDraftStore({ storage, userId: "u" });
  drafts.write("lesson", "text");
  drafts.write("lesson", "");
  expect(drafts.read("lesson")).toBe("");
  expect(storage.length).toBe(0);
});

test("with full storage a draft lasts as long as the page, and is on disk again once there is room", () => {
  const storage = new MemoryStorage();
  const drafts = createDraftStore({ storage, userId: "u" });
  storage.isFull = true;
  drafts.write("lesson", "text");
  expect(drafts.read("lesson")).toBe("text");
  storage.isFull = false;
  drafts.write("lesson", "text and more");
  expect(createDraftStore({ storage, userId: "u" }).read("lesson")).toBe("text and more");
});

test("without any storage a draft lasts as long as the page", () => {
  const drafts = createDraftStore({ storage: undefined, userId: "u" });
  drafts.write("lesson", "text");
  expect(drafts.read("lesson")).toBe("text");
  drafts.write("lesson", "");
  expect(drafts.read("lesson")).toBe("");
});
