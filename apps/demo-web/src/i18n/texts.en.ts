import { chatTexts } from "../features/chat/chat-texts.en.ts";
import { settingsTexts } from "../features/settings/settings-texts.en.ts";
import { syncTexts } from "../features/sync/sync-texts.en.ts";
import { uiTexts } from "../ui/ui-texts.en.ts";

/** Everything the app says in English, by feature; the shape of every other language. */
export const texts = { chat: chatTexts, settings: settingsTexts, sync: syncTexts, ui: uiTexts };

export type Texts = typeof texts;
