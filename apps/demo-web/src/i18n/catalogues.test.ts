import { expect, test } from "vitest";
import { texts as english } from "./texts.en.ts";
import { texts as ukrainian } from "./texts.uk.ts";

type Text = string | ((...values: never[]) => unknown);

/** `chat.send` and its text, for every key of a catalogue. */
function entriesOf(catalogue: Readonly<Record<string, Readonly<Record<string, Text>>>>): Map<string, Text> {
  return new Map(
    Object.entries(catalogue).flatMap(([feature, texts]) =>
      Object.entries(texts).map(([key, text]): [string, Text] => [`${feature}.${key}`, text]),
    ),
  );
}

const [en, uk] = [entriesOf(english), entriesOf(ukrainian)];

test("Ukrainian has every text that English has, each of the same kind, and none more", () => {
  expect([...uk.keys()].sort()).toEqual([...en.keys()].sort());
  expect([...en].filter(([key, text]) => typeof text !== typeof uk.get(key)).map(([key]) => key)).toEqual([]);
});

test("no text is empty, and none is still English in the Ukrainian catalogue", () => {
  expect([...en, ...uk].filter(([, text]) => text === "").map(([key]) => key)).toEqual([]);
  const untranslated = [...uk].filter(([key, text]) => typeof text === "string" && text === en.get(key));
  expect(untranslated.map(([key]) => key)).toEqual([]);
});

test("every Ukrainian text is written in Ukrainian letters", () => {
  const foreign = [...uk].filter(([, text]) => typeof text === "string" && !/[а-яіїєґ]/iu.test(text));
  expect(foreign.map(([key]) => key)).toEqual([]);
});
