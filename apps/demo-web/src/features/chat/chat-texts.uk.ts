import type { chatTexts as english } from "./chat-texts.en.ts";

export const chatTexts: typeof english = {
  log: "Чат",
  message: "Повідомлення",
  send: "Надіслати",
  edit: "Змінити",
  delete: "Видалити",
  editMessage: "Змінити повідомлення",
};
