import { defineSyncContract, type OperationUpgrades } from "@tidemark/api/contracts";
import * as z from "zod";
import { notesContract, type NotesContract } from "./notes-contract.ts";
import type { Tab } from "./harness.ts";

/**
 * The notes app as it was two versions ago: `note.write {body}` became `note.add {text}`, `note.shout` was taken away, and
 * texts became shorter than they had been.
 */
export const firstContract = defineSyncContract({
  name: "notes",
  version: 1,
  entities: { note: notesContract.entities.note },
  operations: {
    "note.write": {
      args: z.strictObject({ id: z.string(), listId: z.string(), body: z.string() }),
      optimistic: (tx, { id, listId, body }, { at }) => tx.put("note", { id, listId, text: body, at }),
    },
    "note.edit": { args: z.strictObject({ id: z.string(), text: z.string() }) },
    "note.shout": {
      args: z.strictObject({ id: z.string() }),
      optimistic: (tx, { id }) => tx.patch("note", id, { text: "AAH" }),
    },
  },
});

const upgrades: OperationUpgrades = {
  1: (operation) => (operation.name === "note.shout" ? null : operation),
  2: ({ name, args }) => {
    if (name !== "note.write") return { name, args };
    const { id, listId, body } = firstContract.operations["note.write"].args.parse(args);
    return { name: "note.add", args: { id, listId, text: body } };
  },
};

/** Today's. */
export const thirdContract: NotesContract = { ...notesContract, version: 3, upgrades };

const hidden: unknown = firstContract;
/** A tab of the app of that time; what it writes has names and arguments that today's contract does not have. */
export const asFirst = { contract: hidden as NotesContract };

export const writeAsFirst = (tab: Tab, name: string, args: object) =>
  tab.sync.enqueue(name as "note.add", args as never);

/** The same within a transaction. */
export function noteAsFirst({ note }: { readonly note: object }, name: string, args: object): void {
  const write: unknown = Reflect.get(note, name);
  if (typeof write === "function") write(args);
}
