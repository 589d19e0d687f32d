import type { Random } from "./random.ts";

export interface BenchSettings {
  readonly random: Random;
  readonly rounds: number;
  readonly roundMs: number;
  /** Rows, and operations in the queue, of the client's rows that have both. */
  readonly items: number;
  /** Part of the names of the rows to run; empty for all. */
  readonly only: string;
  /** How many times slower the demo's key presses and scrolls are measured than the processor is; 1 is as it is. */
  readonly slowdowns: readonly number[];
}
