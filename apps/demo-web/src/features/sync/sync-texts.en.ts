import { pluralEn } from "../../i18n/plurals.ts";

/** The Sync button and its panel. Names that checks look for (`Sync`, `Retry`, `Edit`, `Discard`) stay as they are. */
export const syncTexts = {
  sync: "Sync",
  retry: "Retry",
  edit: "Edit",
  discard: "Discard",
  waiting: (count: number) => pluralEn(count, { one: "# waiting", other: "# waiting" }),
  notSaved: (reason: string) => `Not saved: ${reason}`,
};
