import type { Note, Write } from "./notes.ts";

/** What a bench page does for the driver. Everything that is measured is timed inside the page. */
export interface PageBench {
  readonly durability: Durability;
  readonly maxItems: number;
  /** What the system cannot do. */
  readonly missing: readonly Feature[];
  /** Opens what this origin has stored; its one latency is the time until all of it could be read. */
  open(): Promise<Turn>;
  /** Stores so many rows, as after a pull, and queues so many writes, which it answers; nothing is sent. */
  seed(size: Size): Promise<readonly Write[]>;
  /** Adds notes one after the other, each when the one before it was acknowledged, for so long. */
  enqueueOneByOne(options: { readonly forMs: number }): Promise<Turn>;
  /** Adds so many notes at once, again and again. */
  enqueueTogether(options: { readonly count: number; readonly forMs: number }): Promise<Turn>;
  /** Reads all rows, again and again. */
  read(options: { readonly forMs: number }): Promise<Turn>;
  /**
   * Subscribes to the newest notes (or all), then edits one of them again and again, each time until the subscriber was
   * given the new text.
   */
  editWatched(options: { readonly limit: number | null; readonly forMs: number }): Promise<Turn>;
  /** Goes online; resolves when nothing is queued and the rows are the server's. */
  drain(): Promise<Turn>;
  /** All rows as they are shown. */
  shown(): Promise<readonly Note[]>;
  /** Deletes what is stored and goes; load the page again after it. */
  clear(): Promise<void>;
}

/** When a system's write call says that it is done. */
export type Durability =
  /** The transaction is complete and flushed to the disk. */
  | "strict"
  /** The transaction is complete in the operating system's memory: a power cut loses it. */
  | "relaxed"
  /** The storage has taken the request; its transaction may still abort. */
  | "request"
  /** In the memory of this tab: its death loses it. */
  | "memory";

export type Feature = "watch" | "drain" | "rows";

export interface Size {
  readonly rows: number;
  readonly queue: number;
}

/** What came of one turn. */
export interface Turn {
  readonly units: number;
  readonly ms: number;
  readonly latenciesMs: readonly number[];
}

declare global {
  var bench: PageBench;
}
