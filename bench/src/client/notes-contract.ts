import { defineSyncContract } from "@tidemark/api/contracts";
import * as z from "zod";

/** Notes in lists: as small as the rules of the demo's messages. */
export const notesContract = defineSyncContract({
  name: "notes",
  version: 1,
  entities: {
    note: {
      schema: z.object({ id: z.string(), listId: z.string(), text: z.string(), at: z.string() }),
      scopeOf: ({ listId }) => `list:${listId}`,
      indexes: { byList: ["listId", "at"] },
    },
  },
  operations: {
    "note.add": {
      args: z.strictObject({ id: z.uuid(), listId: z.string(), text: z.string().max(4_000) }),
      optimistic: (tx, args, { at }) => tx.put("note", { ...args, at }),
    },
    "note.edit": {
      args: z.strictObject({ id: z.uuid(), text: z.string().max(4_000) }),
      optimistic: (tx, { id, text }) => tx.patch("note", id, { text }),
    },
  },
});
