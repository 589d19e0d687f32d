import { expect, test } from "vitest";
import { MemoryStorage } from "../chat/testing/memory-storage.ts";
import { createAcceptedInvitations } from "./accepted-invitations.ts";

test("an accepted invitation leads its person, and nobody else on the device, to its lesson", () => {
  const storage = new MemoryStorage();
  createAcceptedInvitations({ storage, userId: "ada" }).add("token", "algebra");
  expect(createAcceptedInvitations({ storage, userId: "ada" }).lessonOf("token")).toBe("algebra");
  expect(createAcceptedInvitations({ storage, userId: "ada" }).lessonOf("another")).toBeUndefined();
  expect(createAcceptedInvitations({ storage, userId: "sam" }).lessonOf("token")).toBeUndefined();
});

test("where nothing can be stored, nothing is known, and nothing breaks", () => {
  const full = new MemoryStorage();
  full.isFull = true;
  for (const storage of [undefined, full]) {
    const accepted = createAcceptedInvitations({ storage, userId: "ada" });
    accepted.add("token", "algebra");
    expect(accepted.lessonOf("token")).toBeUndefined();
  }
});
