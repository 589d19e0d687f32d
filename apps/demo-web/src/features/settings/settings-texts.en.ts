export const settingsTexts = {
  settings: "Settings",
  language: "Language",
  languageHint: "For this device. Dates and numbers follow it.",
  languageOfBrowser: "As the browser",
};
