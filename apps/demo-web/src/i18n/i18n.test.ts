import { expect, test } from "vitest";
import { createFormats } from "./formats.ts";
import { createLanguageStore } from "./language-store.ts";
import { matchLanguage, regionalTag, type Language } from "./languages.ts";
import { pluralEn, pluralUk } from "./plurals.ts";
import { texts as english } from "./texts.en.ts";
import { texts as ukrainian } from "./texts.uk.ts";

function createBrowser(wanted: readonly string[]) {
  const kept = new Map<string, string>();
  const seen: { readonly loaded: Language[]; document: string } = { loaded: [], document: "" };
  const open = () =>
    createLanguageStore({
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
      wanted: () => wanted,
      loadTexts: async (language) => {
        seen.loaded.push(language);
        return language === "uk" ? ukrainian : english;
      },
      onLanguage: (language) => {
        seen.document = language;
      },
    });
  return { open, seen };
}

test("the browser's first language that the app speaks is used, and no other is loaded", async () => {
  const { open, seen } = createBrowser(["de-DE", "uk-UA", "en"]);
  const store = await open();
  expect(store.get().texts).toBe(ukrainian);
  expect(store.chosen()).toBeUndefined();
  expect(seen).toEqual({ loaded: ["uk"], document: "uk" });
});

test("a language chosen in the settings outlives the page, and following the browser again forgets it", async () => {
  const { open, seen } = createBrowser(["en-GB"]);
  let told = 0;
  const store = await open();
  store.subscribe(() => {
    told += 1;
  });
  await store.choose("uk");
  expect([store.get().language, told, seen.document]).toEqual(["uk", 1, "uk"]);
  const reopened = await open();
  expect(reopened.get().language).toBe("uk");
  await reopened.choose(undefined);
  expect((await open()).get().language).toBe("en");
});

test("a browser that speaks none of the app's languages reads English", () => {
  expect(matchLanguage(["de", "fr-FR"])).toBe("en");
  expect(regionalTag("en", ["de", "en-GB"])).toBe("en-GB");
  expect(regionalTag("uk", ["en-GB"])).toBe("uk");
  expect(regionalTag("en", ["en-US@posix"])).toBe("en");
});

test.each([
  [0, "0 повідомлень"],
  [1, "1 повідомлення"],
  [2, "2 повідомлення"],
  [5, "5 повідомлень"],
  [11, "11 повідомлень"],
  [12, "12 повідомлень"],
  [21, "21 повідомлення"],
  [24, "24 повідомлення"],
  [1025, "1 025 повідомлень"],
])("Ukrainian counts %i as «%s»", (count, text) => {
  const forms = { one: "# повідомлення", few: "# повідомлення", many: "# повідомлень" };
  expect(pluralUk(count, forms).replaceAll(/\s/gu, " ")).toBe(text);
});

test("English knows one and other", () => {
  const forms = { one: "# message", other: "# messages" };
  expect([0, 1, 2, 21].map((count) => pluralEn(count, forms))).toEqual([
    "0 messages",
    "1 message",
    "2 messages",
    "21 messages",
  ]);
});

test("days near today are named, others dated, with the year where it is another", () => {
  const now = Date.parse("2026-11-30T12:00:00");
  const [en, uk] = [createFormats("en-GB"), createFormats("uk")];
  const days = ["2026-11-29T23:59:00", "2026-11-30T00:00:00", "2026-12-01T08:00:00", "2026-12-24T08:00:00"];
  expect(days.map((day) => en.day(day, now))).toEqual(["Yesterday", "Today", "Tomorrow", "Thursday 24 December"]);
  expect(days.map((day) => uk.day(day, now))).toEqual(["Учора", "Сьогодні", "Завтра", "Четвер, 24 грудня"]);
  expect(en.day("2027-01-05T08:00:00", now)).toBe("5 January 2027");
});

test("beside a date that is set as a block, a day is only named, or its year told where it is another", () => {
  const now = Date.parse("2026-11-30T12:00:00");
  const [en, uk] = [createFormats("en-GB"), createFormats("uk")];
  const days = ["2026-11-29T23:59:00", "2026-12-24T08:00:00", "2027-01-05T08:00:00"];
  expect(days.map((day) => en.dayBesideDate(day, now))).toEqual(["Yesterday", "Thursday", "2027"]);
  expect(days.map((day) => uk.dayBesideDate(day, now))).toEqual(["Учора", "Четвер", "2027"]);
});

test("ages and sizes are written by the language", () => {
  const now = Date.parse("2026-11-30T12:00:00Z");
  const [en, uk] = [createFormats("en-GB"), createFormats("uk")];
  expect(en.age("2026-11-30T11:57:00Z", now)).toBe("3 min ago");
  expect(uk.age("2026-11-30T11:57:00Z", now)).toBe("3 хв тому");
  expect(en.age("2026-11-30T12:00:05Z", now)).toBe("now");
  expect(en.bytes(1_250_000)).toBe("1.3 MB");
  expect(uk.bytes(25_000)).toBe("25 кБ");
});
