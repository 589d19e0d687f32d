import type { SyncTexts } from "./sync-texts.ts";

/** One queued or refused operation in words. */
export interface OperationDescription {
  readonly title: string;
  /** What the person wrote, where it is text. */
  readonly text: string | undefined;
}

const titles = {
  "chat.send": "newMessage",
  "chat.edit": "editedMessage",
  "chat.delete": "deletedMessage",
  "chat.markRead": "readMark",
  "lesson.update": "changedLesson",
  "conflict.dismiss": "dismissedNote",
} as const;

/** The argument that a person wrote, in the order in which they would look for it. */
const TEXT_FIELDS = ["text", "title", "description"] as const;

interface Operation {
  readonly name: string;
  readonly args: unknown;
}

/** An operation that this version does not know is shown by its name. */
export function describeOperation({ name, args }: Operation, texts: SyncTexts): OperationDescription {
  const field = textField(args);
  return {
    title: isKnown(name) ? texts[titles[name]] : name,
    text: field === undefined ? undefined : fieldsOf(args)[field],
  };
}

/** The arguments with other text in them. */
export function withText(args: unknown, text: string): unknown {
  const field = textField(args);
  return field === undefined ? args : { ...fieldsOf(args), [field]: text };
}

const isKnown = (name: string): name is keyof typeof titles => Object.hasOwn(titles, name);

const textField = (args: unknown) => TEXT_FIELDS.find((field) => typeof fieldsOf(args)[field] === "string");

type Fields = Readonly<Partial<Record<(typeof TEXT_FIELDS)[number], string>>>;
const fieldsOf = (args: unknown): Fields => (typeof args === "object" && args !== null ? args : {});
