/** What a bench page does for the driver. Everything that is measured is timed inside the page. */
export interface PageBench {
  readonly durability: Durability;
  readonly rows: readonly RowName[];
  /** Opens what this origin has stored; answers how long it took until all of it could be read. */
  open(): Promise<Turn>;
  /** Adds notes one after the other, each when the one before it was acknowledged, for so long. */
  enqueueOneByOne(options: { readonly forMs: number }): Promise<Turn>;
  /** Adds so many notes at once, again and again. */
  enqueueTogether(options: { readonly count: number; readonly forMs: number }): Promise<Turn>;
  close(): Promise<void>;
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

export type RowName = "enqueueOneByOne" | "enqueueTogether" | "open";

/** What came of one turn. */
export interface Turn {
  readonly units: number;
  readonly ms: number;
  readonly latenciesMs: readonly number[];
}

declare global {
  var bench: PageBench;
}
