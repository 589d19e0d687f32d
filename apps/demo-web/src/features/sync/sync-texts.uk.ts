import { pluralUk } from "../../i18n/plurals.ts";
import type { syncTexts as english } from "./sync-texts.en.ts";

export const syncTexts: typeof english = {
  sync: "Синхронізація",
  retry: "Повторити",
  edit: "Змінити",
  discard: "Відкинути",
  waiting: (count) => pluralUk(count, { one: "# чекає", few: "# чекають", many: "# чекають" }),
  notSaved: (reason) => `Не збережено: ${reason}`,
};
