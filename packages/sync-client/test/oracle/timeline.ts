/** A value as it was after every commit that changed it. */
export interface Timeline<Value> {
  /** The value after `index` commits. */
  at(index: number): Value | undefined;
  set(index: number, value: Value): void;
  /** Forgets what came after `index` commits. */
  rewind(index: number): void;
}

export function createTimeline<Value>(): Timeline<Value> {
  const entries: { readonly index: number; readonly value: Value }[] = [];
  return {
    // Most questions are about the newest value, so the search goes backwards.
    at: (index) => entries.findLast((entry) => entry.index <= index)?.value,
    set: (index, value) => void entries.push({ index, value }),
    rewind(index) {
      while ((entries.at(-1)?.index ?? 0) > index) entries.pop();
    },
  };
}

/** Timelines by key, made when they are first written to. */
export function createTimelines<Value>() {
  const byKey = new Map<string, Timeline<Value>>();
  return {
    at: (key: string, index: number): Value | undefined => byKey.get(key)?.at(index),
    set(key: string, index: number, value: Value): void {
      const timeline = byKey.get(key) ?? createTimeline<Value>();
      byKey.set(key, timeline);
      timeline.set(index, value);
    },
    rewind(index: number): void {
      for (const timeline of byKey.values()) timeline.rewind(index);
    },
    entries: (): Iterable<readonly [string, Timeline<Value>]> => byKey,
  };
}
