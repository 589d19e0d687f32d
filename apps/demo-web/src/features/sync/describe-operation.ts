/** One queued or refused operation in words. */
export interface OperationDescription {
  readonly title: string;
  /** What the person wrote, where it is text. */
  readonly text: string | undefined;
}

const titles: Readonly<Record<string, string>> = {
  "chat.send": "New message",
  "chat.edit": "Edited message",
  "chat.delete": "Deleted message",
  "chat.markRead": "Read up to here",
};

export function describeOperation({
  name,
  args,
}: {
  readonly name: string;
  readonly args: unknown;
}): OperationDescription {
  return { title: titles[name] ?? name, text: textOf(args) };
}

/** The arguments with other text in them. */
export function withText(args: unknown, text: string): unknown {
  return typeof args === "object" && args !== null ? { ...args, text } : args;
}

function textOf(args: unknown): string | undefined {
  if (typeof args !== "object" || args === null || !("text" in args)) return undefined;
  return typeof args.text === "string" ? args.text : undefined;
}
