import type { Write } from "../notes.ts";

/** What a hand-written outbox keeps of a write: the same fields as Tidemark's. */
export interface QueuedWrite {
  readonly id: string;
  readonly name: Write["name"];
  readonly args: Write["args"];
  readonly at: string;
  readonly contractVersion: number;
}

export const toQueuedWrite = ({ name, args }: Write): QueuedWrite => {
  const at = new Date(performance.timeOrigin + performance.now()).toISOString();
  return { id: crypto.randomUUID(), name, args, at, contractVersion: 1 };
};
