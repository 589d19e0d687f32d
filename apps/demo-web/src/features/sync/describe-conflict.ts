import type { ContractRows, TidemarkContract } from "@tidemark/api/contracts";
import type { TidemarkSync } from "./sync-host.ts";
import type { SyncTexts } from "./sync-texts.ts";

export type ConflictRow = ContractRows<TidemarkContract>["conflict"];

/** Queues the lost value again, on top of what stands there now; `undefined` where this version does not know how. */
export type TakeBack = (sync: TidemarkSync) => Promise<unknown>;

/** Writes the lost value again and takes the note away with it: both or neither. */
export function takeBack({ id, entity, entityId, field, lost }: ConflictRow): TakeBack | undefined {
  if (entity === "chatMessage" && field === "text" && typeof lost === "string") {
    return (sync) =>
      sync.transaction((mutate) => {
        void mutate.chat.edit({ id: entityId, text: lost });
        void mutate.conflict.dismiss({ id });
      });
  }
  const fields = entity === "lesson" ? lessonFields(field, lost) : undefined;
  if (fields === undefined) return undefined;
  return (sync) =>
    sync.transaction((mutate) => {
      void mutate.lesson.update({ id: entityId, ...fields });
      void mutate.conflict.dismiss({ id });
    });
}

function lessonFields(field: string, lost: unknown) {
  if (typeof lost === "string" && field === "title") return { title: lost };
  if (typeof lost === "string" && field === "startsAt") return { startsAt: lost };
  if (typeof lost === "string" && field === "description") return { description: lost };
  return undefined;
}

const fieldTexts = {
  title: "fieldTitle",
  startsAt: "fieldStart",
  tags: "fieldTags",
  description: "fieldDescription",
  text: "fieldMessage",
} as const;

export const fieldName = (field: string, texts: SyncTexts): string =>
  isKnown(field) ? texts[fieldTexts[field]] : field;

const isKnown = (field: string): field is keyof typeof fieldTexts => Object.hasOwn(fieldTexts, field);

/** A field's value as a person would write it. */
export function valueText(
  { field, value }: { readonly field: string; readonly value: unknown },
  formats: { exactTime(iso: string): string; list(items: readonly string[]): string },
): string {
  if (field === "startsAt" && typeof value === "string") return formats.exactTime(value);
  if (Array.isArray(value)) return formats.list(value.map(String));
  return typeof value === "string" ? value : JSON.stringify(value);
}
