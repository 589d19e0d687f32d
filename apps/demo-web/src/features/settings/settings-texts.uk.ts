import type { settingsTexts as english } from "./settings-texts.en.ts";

export const settingsTexts: typeof english = {
  settings: "Налаштування",
  language: "Мова",
  languageHint: "Для цього пристрою. Дати й числа пишуться так само.",
  languageOfBrowser: "Як у браузері",
};
