import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { expect, test } from "vitest";
import { COUNT_FROM, shownLength } from "./shown-length.ts";

test.each([
  ["nothing", "", 0],
  ["blanks alone, which are not sent", " \n ", 0],
  ["a letter", "a", 1],
  ["the longest that is not counted yet", "a".repeat(COUNT_FROM - 1), 1],
  ["the shortest that is counted", "a".repeat(COUNT_FROM), COUNT_FROM],
  ["blanks around what is counted", ` ${"a".repeat(COUNT_FROM)} `, COUNT_FROM],
  ["one too many", "a".repeat(MAX_MESSAGE_LENGTH + 1), MAX_MESSAGE_LENGTH + 1],
])("%s", (_what, text, shown) => {
  expect(shownLength(text)).toBe(shown);
});
