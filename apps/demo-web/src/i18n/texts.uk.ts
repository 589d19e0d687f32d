import { authTexts } from "../features/auth/auth-texts.uk.ts";
import { chatTexts } from "../features/chat/chat-texts.uk.ts";
import { lessonsTexts } from "../features/lessons/lessons-texts.uk.ts";
import { settingsTexts } from "../features/settings/settings-texts.uk.ts";
import { syncTexts } from "../features/sync/sync-texts.uk.ts";
import { uiTexts } from "../ui/ui-texts.uk.ts";
import type { Texts } from "./texts.en.ts";

/** Усе, що застосунок каже українською. */
export const texts: Texts = {
  auth: authTexts,
  chat: chatTexts,
  lessons: lessonsTexts,
  settings: settingsTexts,
  sync: syncTexts,
  ui: uiTexts,
};
