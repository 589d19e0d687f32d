import { expect, test } from "vitest";
import { keyboardInset } from "./keyboard-inset.ts";

test.each([
  ["no keyboard", { height: 800, offsetTop: 0, scale: 1 }, 0],
  ["a keyboard over the page", { height: 464, offsetTop: 0, scale: 1 }, 336],
  ["a page that Safari has moved up to show the box", { height: 464, offsetTop: 336, scale: 1 }, 0],
  ["a browser's bar that comes", { height: 756, offsetTop: 0, scale: 1 }, 0],
  ["somebody who zoomed in", { height: 400, offsetTop: 0, scale: 2 }, 0],
  ["a page that is shorter than what is visible", { height: 900, offsetTop: 0, scale: 1 }, 0],
])("%s covers what it covers of the page's end", (_name, area, covered) => {
  expect(keyboardInset(area, 800)).toBe(covered);
});
