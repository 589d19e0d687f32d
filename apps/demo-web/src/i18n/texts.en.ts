import { authTexts } from "../features/auth/auth-texts.en.ts";
import { chatTexts } from "../features/chat/chat-texts.en.ts";
import { lessonsTexts } from "../features/lessons/lessons-texts.en.ts";
import { settingsTexts } from "../features/settings/settings-texts.en.ts";
import { syncTexts } from "../features/sync/sync-texts.en.ts";
import { uiTexts } from "../ui/ui-texts.en.ts";

/** Everything the app says in English, by feature; the shape of every other language. */
export const texts = {
  auth: authTexts,
  chat: chatTexts,
  lessons: lessonsTexts,
  settings: settingsTexts,
  sync: syncTexts,
  ui: uiTexts,
};

export type Texts = typeof texts;
