/** The languages of the app, each with the name that its own speakers give it. */
export const languages = { en: "English", uk: "Українська" } as const;

export type Language = keyof typeof languages;

export const isLanguage = (code: unknown): code is Language =>
  typeof code === "string" && Object.hasOwn(languages, code);

/** The first of a browser's languages (`uk-UA`, `en-GB`) that the app speaks, else English. */
export function matchLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

/** What `Intl` takes; a browser on a bare Linux asks for `en-US@posix`, which it does not. */
const WELL_FORMED = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/** The language with the region that the browser asks for: `en-GB` writes 14:05 where `en-US` writes 2:05 PM. */
export function regionalTag(language: Language, wanted: readonly string[]): string {
  const isOfLanguage = (tag: string) => tag.toLowerCase().split("-")[0] === language;
  return wanted.find((tag) => WELL_FORMED.test(tag) && isOfLanguage(tag)) ?? language;
}
