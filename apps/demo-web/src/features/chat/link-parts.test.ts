import { expect, test } from "vitest";
import { splitLinks } from "./link-parts.ts";

const linksOf = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

test("the parts of a message are the whole message, links among them", () => {
  const text = "See https://example.org/a?b=1#c, and http://localhost:3000 too.";
  const parts = splitLinks(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(linksOf(text)).toEqual(["https://example.org/a?b=1#c", "http://localhost:3000/"]);
});

test.each([
  ["(see https://example.org/a)", "https://example.org/a"],
  ["https://en.wikipedia.org/wiki/Tide_(disambiguation)", "https://en.wikipedia.org/wiki/Tide_(disambiguation)"],
  ["Really? https://example.org/!?", "https://example.org/"],
  ["«https://example.org/сторінка»", "https://example.org/%D1%81%D1%82%D0%BE%D1%80%D1%96%D0%BD%D0%BA%D0%B0"],
  ["HTTPS://EXAMPLE.ORG", "https://example.org/"],
])("in %s the address ends where the sentence goes on", (text, href) => {
  expect(linksOf(text)).toEqual([href]);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "https://",
  "https://bank.example@evil.example/",
  "http://[broken",
  "xhttps://example.org",
  "no address at all",
  "",
])("%s is no link", (text) => {
  expect(linksOf(text)).toEqual([]);
  expect(
    splitLinks(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});

test("a message is looked through once, however it ends: for each of its characters, a million would take hours", () => {
  const balanced = `https://e.org/${"(".repeat(500_000)}${")".repeat(500_000)}`;
  expect(linksOf(balanced)).toHaveLength(1);
  for (const tail of [")", ".", ".)", ".x"]) {
    expect(linksOf(`https://e.org/a${tail.repeat(500_000)}`)).toHaveLength(1);
  }
});
