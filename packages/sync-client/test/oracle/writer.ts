import type { Author, ClientPorts, WriteRequest } from "./client-port.ts";
import type { IntentArgs } from "./lists-contract.ts";
import type { Write } from "./steps.ts";

export interface WriteIntent {
  readonly wanted: Write;
  readonly listId: string;
  readonly token: string;
  readonly author: Author;
  readonly clock: Pick<ClientPorts["clock"], "now">;
}

/** Makes operations as a person would who sees what the client shows. */
export function requestFor({ wanted, listId, token, author, clock }: WriteIntent): WriteRequest {
  const intent = { listId, token, at: clock.now() };
  const newId = `item ${token}`;
  const { version } = author;
  const text = `text ${token}`;
  const add =
    version === 1
      ? { name: "item.write", args: { ...intent, id: newId, name: text } }
      : { name: "item.add", args: { ...intent, id: newId, text } };
  switch (wanted.kind) {
    case "add":
      return add;
    case "edit": {
      const id = picked(author.rows("item", listId), wanted.pick);
      return id === undefined ? add : { name: "item.edit", args: { ...intent, id, text: `edit ${token}` } };
    }
    case "delete": {
      const id = picked(author.rows("item", listId), wanted.pick);
      return id === undefined ? add : { name: "item.delete", args: { ...intent, id } };
    }
    case "bump":
      return { name: "counter.bump", args: { ...intent, by: 1 + (wanted.pick % 9) } };
    case "pair":
      return { name: "pair.write", args: { ...intent, value: token } };
    case "card":
      return version === 1
        ? add
        : { name: "card.edit", args: { ...intent, id: listId, ...fieldsOf(wanted.pick, token) } };
    case "entry": {
      // Half of the time a line that is there already, however old.
      const id = wanted.pick % 2 === 0 ? undefined : picked(author.rows("entry", listId), wanted.pick >> 1);
      return version < 3 ? add : { name: "entry.write", args: { ...intent, id: id ?? `entry ${token}`, text } };
    }
    case "dismiss": {
      const id = picked(author.rows("conflict"), wanted.pick);
      return id === undefined ? add : { name: "conflict.dismiss", args: { id } };
    }
    case "refuse":
      if (version < 3 && wanted.pick % 2 === 0) return { name: "item.shout", args: { ...intent, id: newId, text } };
      return { name: "item.refuse", args: { ...intent, id: newId, text: "refused" } };
    case "crash":
      return { name: "item.crash", args: { ...intent, id: newId, text: "crashed" } };
    case "unknown":
      return { name: "item.unknown", args: intent };
    case "malformed":
      return { name: "counter.bump", args: { ...intent, by: "much" } };
  }
}

/** Some of a card's fields, each with a value that others may choose too. */
function fieldsOf(pick: number, token: string): Partial<IntentArgs> {
  const [one, other] = [pick % 3, Math.floor(pick / 3) % 4];
  return {
    ...(other === 0 && { title: `title ${one}` }),
    ...((other === 1 || one === 0) && { due: `due ${token}` }),
    ...((other === 2 || one === 1) && { tags: [`tag ${one}`, `tag ${pick % 5}`] }),
    ...((other === 3 || one === 2) && { note: `note ${token}` }),
  };
}

const picked = (ids: readonly string[], pick: number): string | undefined => ids[pick % Math.max(ids.length, 1)];
