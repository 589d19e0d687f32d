import type { Write } from "../notes.ts";

/** What a hand-written outbox keeps of a write: the same fields as Tidemark's. */
export type QueuedWrite = Write & {
  readonly id: string;
  readonly at: string;
  readonly contractVersion: number;
};

export const toQueuedWrite = (write: Write): QueuedWrite => {
  const at = new Date(performance.timeOrigin + performance.now()).toISOString();
  return { id: crypto.randomUUID(), ...write, at, contractVersion: 1 };
};
