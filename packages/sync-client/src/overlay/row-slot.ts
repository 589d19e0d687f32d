import type { Row } from "../contract.ts";
import type { TrackedOperation } from "../outbox/tracked-operation.ts";
import type { RowState } from "../sync.ts";

/** A row as it is shown: never changed, only replaced. */
export type ShownRow = Row & { readonly $state: RowState };

/** A row's place: what lies in it, from the server to the screen. */
export interface RowSlot {
  readonly entity: string;
  readonly id: string;
  pulled: ShownRow | undefined;
  /** Of the pulled row, like its version. */
  scope: string;
  version: number;
  /** What operations did to it, in their order. */
  touching: Touch[];
  shown: ShownRow | undefined;
}

/** An operation whose effect lies over the pulled rows. */
export type ShownOperation = TrackedOperation & {
  /** What it did when it last ran. */
  touches?: readonly Touch[];
};

/** What an operation did to a row when it last ran: when a row that it touched changes, it must run again. */
export interface Touch {
  readonly operation: ShownOperation;
  readonly slot: RowSlot;
  /** A refused deletion counts, though it leaves the row as it is. */
  isWritten: boolean;
  /** What it wrote, as it is shown; `null` deletes, `undefined` leaves the row as it is. */
  row: WrittenRow;
}

export type WrittenRow = ShownRow | null | undefined;

/** Of every row that nothing touches: most of them. */
export const UNTOUCHED: Touch[] = [];
