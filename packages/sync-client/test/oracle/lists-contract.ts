import { defineSyncContract, userScope, type AnySyncContract } from "@tidemark/api/contracts";
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
/** One a list, with a field of every strategy. */
const card = z.object({
  id: z.string(),
  listId: z.string(),
  title: z.string(),
  due: z.string(),
  tags: z.array(z.string()),
  note: z.string(),
  token: z.string(),
  at: z.number(),
});
/** A log's lines: a first pull brings the newest. */
const entry = z.object({ id: z.string(), listId: z.string(), text: z.string() });

/** How many entries of a list a first pull brings. */
export const ENTRY_WINDOW = 3;

export const scopeOfList = (listId: string): string => `list:${listId}`;
const scopeOf = (row: { readonly listId: string }) => scopeOfList(row.listId);
const itemArgs = z.strictObject({ ...intent, id: z.string() });
const textArgs = itemArgs.extend({ text: z.string() });
const nameArgs = itemArgs.extend({ name: z.string() });
const bumpArgs = z.strictObject({ ...intent, by: z.number() });
const pairArgs = z.strictObject({ ...intent, value: z.string() });
const { title, due, tags, note } = card.partial().shape;
const cardArgs = itemArgs.extend({ title, due, tags, note });
const toItem = ({ id, listId, text, at }: TextArgs) => ({ id, listId, text, editedAt: at });

/** A card before anybody wrote on it. */
export const blankCard = ({ id, listId, token, at }: Pick<Card, "id" | "listId" | "token" | "at">): Card => ({
  id,
  listId,
  title: "",
  due: "",
  tags: [],
  note: "",
  token,
  at,
});

/** Every device pulls the first two lists; the third only who subscribes to it. */
export const DEFAULT_SCOPES = ["list 0", "list 1"].map(scopeOfList);
export const CHOSEN_SCOPE = scopeOfList("list 2");
export const scopesOf = (userId: string, chosen: readonly string[]): readonly string[] => [
  ...DEFAULT_SCOPES,
  ...chosen,
  userScope(userId),
];

const entities = {
  item: { schema: item, scopeOf },
  counter: { schema: counter, scopeOf },
  half: { schema: half, scopeOf },
};
const cardEntity = {
  schema: card,
  scopeOf,
  // Who wrote last, and when, are no lists to unite: the newcomer's stay, and nobody has lost anything.
  conflict: { title: "clientWins", due: "serverWins", tags: "merge", note: "manual", token: "merge", at: "merge" },
} as const;

/** What the functions below do to rows; every version of the contract has these entities. */
interface ListsView {
  get(entity: "counter", id: string): Counter | undefined;
  put(entity: "item", row: Item): void;
  put(entity: "counter", row: Counter): void;
  put(entity: "half", row: Half): void;
  patch(entity: "item", id: string, fields: Partial<Item>): void;
  delete(entity: "item", id: string): void;
}
interface CardView {
  get(entity: "card", id: string): Card | undefined;
  put(entity: "card", row: Card): void;
}

const put = { args: textArgs, optimistic: (tx: ListsView, args: TextArgs) => tx.put("item", toItem(args)) };
const operations = {
  "item.edit": {
    args: textArgs,
    optimistic: (tx: ListsView, { id, text, at }: TextArgs) => tx.patch("item", id, { text, editedAt: at }),
  },
  "item.delete": {
    args: itemArgs,
    optimistic: (tx: ListsView, { id }: z.infer<typeof itemArgs>) => tx.delete("item", id),
  },
  "counter.bump": {
    args: bumpArgs,
    optimistic(tx: ListsView, { listId, by }: z.infer<typeof bumpArgs>) {
      const { count } = tx.get("counter", listId) ?? { count: 0 };
      tx.put("counter", { id: listId, listId, count: count + by });
    },
  },
  "pair.write": {
    args: pairArgs,
    optimistic(tx: ListsView, { listId, value }: z.infer<typeof pairArgs>) {
      for (const side of ["left", "right"]) tx.put("half", { id: `${listId} ${side}`, listId, value });
    },
  },
  /** Writes, and is then refused. */
  "item.refuse": put,
  /** Writes, and then throws as a bug would, until it is mended: then it adds. */
  "item.crash": put,
};
const cardEdit = {
  args: cardArgs,
  updates: "card",
  optimistic(tx: CardView, args: CardArgs) {
    tx.put("card", { ...(tx.get("card", args.id) ?? blankCard(args)), ...given(args) });
  },
} as const;

function renameWrites({ name, args }: OperationContent): OperationContent {
  if (name !== "item.write") return { name, args };
  const { name: text, ...rest } = nameArgs.parse(args);
  return { name: "item.add", args: { ...rest, text } };
}
interface OperationContent {
  readonly name: string;
  readonly args: unknown;
}

/** The version of the contract that an app of today speaks, and that the server does. */
export const NEWEST_VERSION = 3;

/** The smallest contract in which every invariant can break. */
export const listsContract = defineSyncContract({
  name: "lists",
  version: NEWEST_VERSION,
  defaultScopes: () => DEFAULT_SCOPES,
  upgrades: {
    1: renameWrites,
    2: (operation) => (operation.name === "item.shout" ? null : operation),
  },
  entities: { ...entities, card: cardEntity, entry: { schema: entry, scopeOf, window: ENTRY_WINDOW } },
  operations: {
    ...operations,
    "item.add": put,
    "card.edit": cardEdit,
    "entry.write": {
      args: textArgs,
      optimistic: (tx, { id, listId, text }) => tx.put("entry", { id, listId, text }),
    },
  },
});
export type ListsContract = typeof listsContract;

/** Knew no entries, and could shout, which was given up since. */
const version2 = defineSyncContract({
  name: "lists",
  version: 2,
  defaultScopes: () => DEFAULT_SCOPES,
  upgrades: { 1: renameWrites },
  entities: { ...entities, card: cardEntity },
  operations: { ...operations, "item.add": put, "item.shout": put, "card.edit": cardEdit },
});

/** Knew no cards either, and called a text a name. */
const version1 = defineSyncContract({
  name: "lists",
  version: 1,
  defaultScopes: () => DEFAULT_SCOPES,
  entities,
  operations: {
    ...operations,
    "item.write": {
      args: nameArgs,
      optimistic: (tx, { name, ...args }) => tx.put("item", toItem({ ...args, text: name })),
    },
    "item.shout": put,
  },
});

/** What an app speaks that somebody has not updated yet. */
export function contractOf(version: number): AnySyncContract {
  return [version1, version2][version - 1] ?? listsContract;
}

/** The fields that were given. */
export const given = <Args extends object>(args: Args): Given<Args> =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Given<Args>;
type Given<Args> = { readonly [Name in keyof Args]?: Exclude<Args[Name], undefined> };

export type Item = z.infer<typeof item>;
export type Counter = z.infer<typeof counter>;
export type Half = z.infer<typeof half>;
export type Card = z.infer<typeof card>;
export type Entry = z.infer<typeof entry>;
type TextArgs = z.infer<typeof textArgs>;
type CardArgs = z.infer<typeof cardArgs>;

/** The arguments of any write, as the world makes them. */
export interface IntentArgs {
  readonly listId: string;
  readonly token: string;
  readonly at: number;
  readonly id?: string;
  readonly title?: string | undefined;
  readonly due?: string | undefined;
  readonly tags?: string[] | undefined;
  readonly note?: string | undefined;
  readonly text?: string;
  readonly by?: number;
  readonly value?: string;
  /** Of version 1: what is a text today. */
  readonly name?: string;
}
