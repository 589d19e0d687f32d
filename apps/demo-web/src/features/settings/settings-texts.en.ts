import { pluralEn } from "../../i18n/plurals.ts";

export const settingsTexts = {
  settings: "Settings",
  profile: "Profile",
  profileHint: "As the others in your lessons see you.",
  name: "Name",
  enterName: "Enter your name.",
  email: "Email",
  saveName: "Save name",
  nameSaved: "Your name is saved. Everybody in your lessons sees it.",
  nameNotSaved: "Your name is not saved. Check your connection and try again.",
  display: "Language and theme",
  displayHint: "For this device. Dates and numbers follow the language; light and dark follow your system.",
  language: "Language",
  languageOfBrowser: "As the browser",

  device: "This device",
  deviceHint: "Your lessons are kept here, so they open without a connection.",
  used: "In use",
  usedOf: (used: string, quota: string) => `${used} of ${quota}`,
  unknown: "This browser does not tell.",
  waiting: "Waiting to be sent",
  waitingCount: (count: number) => pluralEn(count, { one: "# change", other: "# changes" }),
  nothingWaiting: "Nothing",
  lastChecked: "Last checked",
  never: "Never",
  safeTitle: "Kept for good",
  safeText: "The browser deletes nothing here unless you say so.",
  riskTitle: "May be deleted when space runs out",
  riskText: "A browser that is short of space may delete what is stored here, unsent changes too.",
  persist: "Keep it for good",
  persistRefused:
    "The browser did not agree. It usually does once Tidemark is installed or used often; ask again another day.",

  sessions: "Sessions",
  sessionsHint: "For a phone that was lost, or a computer that is not yours.",
  signOutEverywhere: "Sign out everywhere",
  everywhereTitle: "Sign out on all devices?",
  everywhereText: "Every device has to sign in again, this one too.",
  everywhereWaiting: (count: number) =>
    pluralEn(count, {
      one: "One change waits on this device. It stays here until you sign in on it again.",
      other: "# changes wait on this device. They stay here until you sign in on it again.",
    }),
  everywhereFailed: "Nothing was signed out: Tidemark does not answer. Try again when you are back online.",
};
