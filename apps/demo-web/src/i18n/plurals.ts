import type { Language } from "./languages.ts";

/** The forms that a language may need; English has `one` and `other`, Ukrainian `one`, `few`, `many` and `other`. */
interface EnglishForms {
  readonly one: string;
  readonly other: string;
}
interface UkrainianForms {
  /** 1, 21, 31: «повідомлення» */
  readonly one: string;
  /** 2–4, 22–24 */
  readonly few: string;
  /** 0, 5–20, 25–30 */
  readonly many: string;
  /** Fractions; counts have none, so it may be left out. */
  readonly other?: string;
}

export const pluralEn = pluralsOf<EnglishForms>("en");
export const pluralUk = pluralsOf<UkrainianForms>("uk");

/** Chooses the form for a count by the language's own rules; `#` in it becomes the count. */
function pluralsOf<Forms extends EnglishForms | UkrainianForms>(language: Language) {
  const rules = new Intl.PluralRules(language);
  const figures = new Intl.NumberFormat(language);
  return (count: number, forms: Forms): string => {
    const byRule: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { ...forms };
    const form = byRule[rules.select(count)] ?? byRule.many ?? byRule.other ?? "";
    return form.replaceAll("#", figures.format(count));
  };
}
