import { pluralUk } from "../../i18n/plurals.ts";
import type { chatTexts as english } from "./chat-texts.en.ts";

export const chatTexts: typeof english = {
  conversation: "Розмова",
  log: "Чат",
  message: "Повідомлення",
  placeholder: "Напишіть усім на уроці",
  send: "Надіслати",
  sendHint: "Надіслати (Enter)",
  edit: "Змінити",
  delete: "Видалити",
  editMessage: "Змінити повідомлення",
  save: "Зберегти",
  cancel: "Скасувати",
  you: "ви",
  someone: "Хтось",
  someoneWhoLeft: "Хтось, кого вже немає",
  edited: "(змінено)",
  waiting: "Чекає на надсилання",
  refused: "Не прийнято. Причина — у панелі «Обмін».",
  tryAgain: "Спробувати ще раз",
  takeAway: "Прибрати",
  unreadDivider: "Нове",
  jumpToLatest: "До найновіших",
  markRead: "Позначити прочитаним",
  newMessages: (count) =>
    pluralUk(count, { one: "# нове повідомлення", few: "# нові повідомлення", many: "# нових повідомлень" }),
  announced: (name, text) => `${name}: ${text}`,
  emptyTitle: "Тут ще нічого не написано",
  emptyWriter: "Привітайтеся. Це працює й без з’єднання.",
  emptyReader: "Тут з’явиться те, що пишуть учасники.",
  readOnly: "Ви глядач на цьому уроці: можете читати. Якщо хочете писати, попросіть ведучого.",
  charactersLeft: (length, most) => `${length} з ${most} символів`,
  tooLong: (excess) =>
    pluralUk(excess, { one: "Задовго на # символ", few: "Задовго на # символи", many: "Задовго на # символів" }),
};
