import type { DeadLetter } from "@tidemark/sync-client";
import { expect, it } from "vitest";
import { groupLetters } from "./group-letters.ts";

const letter = (id: string, causedBy?: string): DeadLetter => ({
  id,
  name: "chat.edit",
  args: {},
  at: "2026-11-22T10:00:00.000Z",
  status: "rejected",
  error: { code: "FORBIDDEN", message: "No." },
  group: causedBy ?? id,
  ...(causedBy !== undefined && { causedBy }),
});

it("shows one decision for a refused change and all that fell with it, wherever in the group it stands", () => {
  const letters = [letter("early", "cause"), letter("cause"), letter("late", "cause"), letter("other")];
  const groups = groupLetters(letters).map(({ root, fallen }) => [root.id, fallen.map(({ id }) => id)]);
  expect(groups).toEqual([
    ["cause", ["early", "late"]],
    ["other", []],
  ]);
});
