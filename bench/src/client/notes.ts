import { createRandom, createUuids, type Random } from "../random.ts";

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

export const LIST_ID = "home";
const TEXT = "A line such as people write in a lesson.";

/** The same notes for server and pages, so that each can fill itself. */
export function makeNotes(count: number): readonly Note[] {
  const newId = createUuids(createRandom(7));
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
    return { id: newId(), listId: LIST_ID, text: TEXT, at };
  });
}

export interface Writer {
  add(): Write;
  /** Writes into a note of those that everybody has. */
  edit(note: Note): Write;
  /** As people leave them in a queue: new notes and edits of old ones in turn. */
  mixed(notes: readonly Note[], count: number): readonly Write[];
}

/** Writes with new ids; `seed` differs from page load to page load. */
export function createWriter(seed: number): Writer {
  const random: Random = createRandom(seed);
  const newId = createUuids(random);
  let edits = 0;
  const add = (): Write => ({ name: "note.add", args: { id: newId(), listId: LIST_ID, text: TEXT } });
  const edit = ({ id }: Note): Write => {
    edits += 1;
    return { name: "note.edit", args: { id, text: `${TEXT} Changed ${edits}.` } };
  };
  return {
    add,
    edit,
    mixed: (notes, count) =>
      Array.from({ length: count }, (_, index) => {
        const note = index % 2 === 0 ? undefined : notes[index % notes.length];
        return note === undefined ? add() : edit(note);
      }),
  };
}
