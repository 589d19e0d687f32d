import type { Row } from "../contract.ts";
import type { RowState } from "../sync.ts";

/** A row as it is shown: never changed, only replaced. */
export type ShownRow = Row & { readonly $state: RowState };

/** A row's place: what lies in it, from the server to the screen. */
export interface RowSlot {
  readonly entity: string;
  readonly id: string;
  pulled: ShownRow | undefined;
  /** Of the pulled row. */
  version: number;
  /** What operations did to it, in their order. */
  touching: Touch[];
  shown: ShownRow | undefined;
}

/** An operation as the overlay sees it. */
export interface OverlayOperation {
  readonly id: string;
  readonly order: number;
  readonly name: string;
  /** What the schema made of the arguments. */
  readonly args: unknown;
  readonly at: string;
  readonly isRejected: boolean;
}

/** What an operation did to a row when it last ran: when a row that it touched changes, it must run again. */
export interface Touch {
  readonly operation: OverlayOperation;
  readonly slot: RowSlot;
  isWritten: boolean;
  /** What it wrote, as it is shown; `null` deletes, `undefined` leaves the row as it is. */
  row: WrittenRow;
}

export type WrittenRow = ShownRow | null | undefined;

/** Of every row that nothing touches: most of them. */
export const UNTOUCHED: Touch[] = [];
