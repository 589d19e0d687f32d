import { isLanguage, languages, type Language } from "../../i18n/languages.ts";
import { useLanguageStore, useTexts } from "../../i18n/use-texts.tsx";
import { SelectField } from "../../ui/select-field.tsx";

const AS_BROWSER = "browser";
type Choice = Language | typeof AS_BROWSER;

export function LanguageSetting() {
  const texts = useTexts("settings");
  const store = useLanguageStore();
  const options: readonly { readonly value: Choice; readonly label: string }[] = [
    { value: AS_BROWSER, label: texts.languageOfBrowser },
    ...Object.entries(languages).flatMap(([value, label]) => (isLanguage(value) ? [{ value, label }] : [])),
  ];
  return (
    <SelectField<Choice>
      label={texts.language}
      value={store.chosen() ?? AS_BROWSER}
      options={options}
      onValue={(choice) => void store.choose(choice === AS_BROWSER ? undefined : choice)}
      className="sm:max-w-xs"
    />
  );
}
