import { defineSyncContract, type EntityRow } from "@tidemark/api/contracts";
import * as z from "zod";

/** What every write carries: its list, and which intention of which client it is. */
const intent = {
  listId: z.string(),
  /** Unique per intention, whatever operation ids and devices it travels under; `client:count`. */
  token: z.string(),
  /** The client's clock, which nothing may depend on. */
  at: z.number(),
};

const item = z.object({ id: z.string(), listId: z.string(), text: z.string(), editedAt: z.number() });
/** One a list; counting is what a doubled operation cannot hide in. */
const counter = z.object({ id: z.string(), listId: z.string(), count: z.number() });
/** Two a list, always written together. */
const half = z.object({ id: z.string(), listId: z.string(), value: z.string() });

const scopeOf = (row: { readonly listId: string }) => `list:${row.listId}`;
const itemArgs = z.strictObject({ ...intent, id: z.string() });
const textArgs = z.strictObject({ ...intent, id: z.string(), text: z.string() });
const toItem = ({ id, listId, text, at }: z.infer<typeof textArgs>) => ({ id, listId, text, editedAt: at });

/** The smallest contract in which every invariant can break. */
export const listsContract = defineSyncContract({
  name: "lists",
  version: 1,
  entities: {
    item: { schema: item, scopeOf },
    counter: { schema: counter, scopeOf },
    half: { schema: half, scopeOf },
  },
  operations: {
    "item.add": { args: textArgs, optimistic: (tx, args) => tx.put("item", toItem(args)) },
    "item.edit": {
      args: textArgs,
      optimistic: (tx, { id, text, at }) => tx.patch("item", id, { text, editedAt: at }),
    },
    "item.delete": { args: itemArgs, optimistic: (tx, { id }) => tx.delete("item", id) },
    "counter.bump": {
      args: z.strictObject({ ...intent, by: z.number() }),
      optimistic(tx, { listId, by }) {
        const { count } = tx.get("counter", listId) ?? { count: 0 };
        tx.put("counter", { id: listId, listId, count: count + by });
      },
    },
    "pair.write": {
      args: z.strictObject({ ...intent, value: z.string() }),
      optimistic(tx, { listId, value }) {
        for (const side of ["left", "right"]) tx.put("half", { id: `${listId} ${side}`, listId, value });
      },
    },
    /** Writes, and is then refused. */
    "item.refuse": { args: textArgs, optimistic: (tx, args) => tx.put("item", toItem(args)) },
    /** Writes, and then throws as a bug would. */
    "item.crash": { args: textArgs, optimistic: (tx, args) => tx.put("item", toItem(args)) },
  },
});
export type ListsContract = typeof listsContract;

export type Item = EntityRow<ListsContract, "item">;
export type Counter = EntityRow<ListsContract, "counter">;
export type Half = EntityRow<ListsContract, "half">;

/** The arguments of any write, as the world makes them. */
export interface IntentArgs {
  readonly listId: string;
  readonly token: string;
  readonly at: number;
  readonly id?: string;
  readonly text?: string;
  readonly by?: number;
  readonly value?: string;
}

export const scopeOfList = (listId: string): string => `list:${listId}`;
