import { TidemarkError } from "@tidemark/api/errors";
import type { OperationHandlers, SyncPolicy } from "@tidemark/api/server";
import type { MemoryRows } from "@tidemark/api/testing";
import {
  blankCard,
  given,
  scopeOfList,
  type Card,
  type Counter,
  type Entry,
  type Half,
  type IntentArgs,
  type Item,
  type ListsContract,
} from "./lists-contract.ts";

export interface Member {
  /** `list/user`. */
  readonly id: string;
  /** A removed member's row stays, so that the next grant has another number. */
  readonly isMember: boolean;
  readonly grant: number;
}

export interface ListsRows extends Record<string, { readonly id: string }> {
  readonly item: Item;
  readonly counter: Counter;
  readonly half: Half;
  readonly card: Card;
  readonly entry: Entry;
  readonly member: Member;
}

/** Something that took effect, for the oracle: it becomes history when its transaction commits. */
export interface Effect {
  readonly operation: string;
  readonly userId: string;
  readonly args: IntentArgs;
}

export interface ListsTx extends MemoryRows<ListsRows> {
  took(effect: Effect): void;
}

export const memberId = (listId: string, userId: string): string => `${listId}/${userId}`;
const notFound = () => new TidemarkError("NOT_FOUND", { message: "There is no such thing." });

export const listsPolicy: SyncPolicy<ListsTx> = {
  async authorize({ tx, user, args }) {
    const { listId } = args as IntentArgs;
    // The lock is the fence: a removal waits for this transaction, or this transaction sees it.
    const member = await tx.lock("member", memberId(listId, user.id));
    if (member?.isMember === true) return { allowed: true };
    return { allowed: false, code: "NOT_FOUND", message: "There is no such list." };
  },
  async readableScopes({ tx, user }) {
    const members = await tx.list("member");
    return members
      .filter(({ id, isMember }) => isMember && id.endsWith(`/${user.id}`))
      .map(({ id, grant }) => ({ scope: scopeOfList(id.slice(0, id.indexOf("/"))), grant }));
  },
};

async function existing(tx: ListsTx, { id, listId }: { readonly id: string; readonly listId: string }): Promise<Item> {
  const row = await tx.lock("item", id);
  if (row === undefined || row.listId !== listId) throw notFound();
  return row;
}

type ListsHandlers = OperationHandlers<ListsContract, ListsTx>;

/** `isBroken`: whether `item.crash` has its bug still. */
export const createListsHandlers = ({ isBroken }: { readonly isBroken: () => boolean }): ListsHandlers => ({
  "item.add": {
    independentBy: ({ id }) => id,
    apply: (call) => add("item.add", call),
  },
  "item.edit": async ({ tx, user, args, changes }) => {
    const row = { ...(await existing(tx, args)), text: args.text, editedAt: args.at };
    tx.took({ operation: "item.edit", userId: user.id, args });
    await tx.put("item", row);
    changes.put("item", row);
  },
  "item.delete": async ({ tx, user, args, changes }) => {
    const row = await existing(tx, args);
    tx.took({ operation: "item.delete", userId: user.id, args });
    await tx.delete("item", row.id);
    changes.delete("item", row);
  },
  "counter.bump": async ({ tx, user, args, changes }) => {
    const { listId, by } = args;
    const count = (await tx.lock("counter", listId))?.count ?? 0;
    tx.took({ operation: "counter.bump", userId: user.id, args });
    const row = { id: listId, listId, count: count + by };
    await tx.put("counter", row);
    changes.put("counter", row);
  },
  "pair.write": async ({ tx, user, args, changes }) => {
    tx.took({ operation: "pair.write", userId: user.id, args });
    for (const side of ["left", "right"]) {
      const row = { id: `${args.listId} ${side}`, listId: args.listId, value: args.value };
      await tx.put("half", row);
      changes.put("half", row);
    }
  },
  "card.edit": async ({ tx, user, args, changes }) => {
    const before = (await tx.lock("card", args.id)) ?? blankCard(args);
    tx.took({ operation: "card.edit", userId: user.id, args });
    const row = { ...before, ...given(args) };
    await tx.put("card", row);
    changes.put("card", row);
  },
  "entry.write": async ({ tx, user, args, changes }) => {
    const { id, listId, text } = args;
    tx.took({ operation: "entry.write", userId: user.id, args });
    await tx.put("entry", { id, listId, text });
    changes.put("entry", { id, listId, text });
  },
  "item.refuse": async ({ tx, user, args, changes }) => {
    await spoil({ tx, userId: user.id, args, operation: "item.refuse" });
    changes.put("item", { id: args.id, listId: args.listId, text: args.text, editedAt: args.at });
    throw new TidemarkError("FORBIDDEN", { message: "This is always refused." });
  },
  "item.crash": async (call) => {
    if (!isBroken()) return add("item.crash", call);
    const { tx, user, args } = call;
    await spoil({ tx, userId: user.id, args, operation: "item.crash" });
    throw new TypeError("This is a bug.");
  },
});

type AddCall = Parameters<Extract<ListsHandlers["item.add"], (...call: never[]) => unknown>>[0];

async function add(operation: "item.add" | "item.crash", { tx, user, args, changes }: AddCall): Promise<void> {
  const { id, listId, text, at } = args;
  if ((await tx.lock("item", id)) !== undefined) throw new TidemarkError("CONFLICT", { message: "The id is taken." });
  tx.took({ operation, userId: user.id, args });
  const row = { id, listId, text, editedAt: at };
  await tx.put("item", row);
  changes.put("item", row);
}

/** Leaves traces that nobody may ever see. */
async function spoil({ tx, ...effect }: Effect & { readonly tx: ListsTx; readonly args: IntentArgs }): Promise<void> {
  const { id = "", listId, text = "", at } = effect.args;
  tx.took(effect);
  await tx.put("item", { id, listId, text, editedAt: at });
}
