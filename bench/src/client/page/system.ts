import type { Durability } from "../page-api.ts";

/** A row of the bench's only entity. */
export interface Note {
  readonly id: string;
  readonly listId: string;
  readonly text: string;
  readonly at: string;
}

/** What a person does: write a note, or write another text into one. */
export type Write =
  | {
      readonly name: "note.add";
      readonly args: { readonly id: string; readonly listId: string; readonly text: string };
    }
  | { readonly name: "note.edit"; readonly args: { readonly id: string; readonly text: string } };

/** One contender, on a page of its own. */
export interface ClientSystem {
  readonly durability: Durability;
  /** Reads all that is stored, as an app does when it starts; answers it where the system does not keep it itself. */
  open(): Promise<unknown>;
  /** Resolves when the write is as durable as `durability` says. */
  enqueue(write: Write): Promise<void>;
  /** The same for many writes of one moment, in the way that the system does best. */
  enqueueTogether(writes: readonly Write[]): Promise<void>;
  close(): Promise<void>;
}
