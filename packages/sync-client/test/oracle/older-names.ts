import type { IntentArgs } from "./lists-contract.ts";

export interface Meaning {
  readonly name: string;
  readonly args: IntentArgs;
}

/**
 * What an operation that was written under an older version says in today's words; `undefined` where it says nothing any
 * more. It shares nothing with the contract's upgrades.
 */
export function meaningOf(version: number, name: string, args: IntentArgs): Meaning | undefined {
  if (name === "item.shout") return undefined;
  if (version > 1 || name !== "item.write") return { name, args };
  const { listId, token, at, id = "", name: text = "" } = args;
  return { name: "item.add", args: { listId, token, at, id, text } };
}
