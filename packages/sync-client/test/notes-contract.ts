import { defineSyncContract } from "@tidemark/api/contracts";
import * as z from "zod";

const note = z.object({ id: z.string(), listId: z.string(), text: z.string(), at: z.string() });

/** A contract as small as the rules allow: notes in lists. Texts that begin with `bad` are refused by the server only. */
export const notesContract = defineSyncContract({
  name: "notes",
  version: 1,
  entities: { note: { schema: note, scopeOf: (row) => `list:${row.listId}`, indexes: { byList: ["listId", "at"] } } },
  operations: {
    "note.add": {
      args: z.strictObject({ id: z.string(), listId: z.string(), text: z.string().max(100_000) }),
      optimistic: (tx, args, { at }) => tx.put("note", { ...args, at }),
    },
    "note.edit": {
      args: z.strictObject({ id: z.string(), text: z.string() }),
      optimistic: (tx, { id, text }) => tx.patch("note", id, { text }),
    },
    "note.remove": {
      args: z.strictObject({ id: z.string() }),
      optimistic: (tx, { id }) => tx.delete("note", id),
    },
  },
});
export type NotesContract = typeof notesContract;
export type Note = z.infer<typeof note>;
