/** One message of a writer, on its way to the server. */
export interface Operation {
  readonly id: string;
  readonly messageId: string;
  readonly lessonId: string;
  readonly text: string;
}

/** A device that pushes, one push at a time. */
export interface Writer {
  readonly deviceId: string;
  readonly userId: string;
  nextSeq: number;
}

/** What is compared: the same pushes and pulls by different means, each on a database of its own. */
export interface System {
  readonly name: SystemName;
  /** @throws when anything but `applied` comes of it. */
  push(writer: Writer, operations: readonly Operation[]): Promise<void>;
  close(): Promise<void>;
}

export type SystemName = "engine" | "bare" | "http";

/** Connections to Postgres, for every system alike. */
export const POOL_SIZE = 20;
/** Most operations in one transaction, the engine's own rule: the bare statements keep to it, too. */
export const TRANSACTION_SIZE = 50;
