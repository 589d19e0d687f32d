import type { Author, ClientPorts, PulledRow, WriteRequest } from "./client-port.ts";
import { scopeOfList } from "./lists-contract.ts";
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
  const add = { name: "item.add", args: { ...intent, id: newId, text: `text ${token}` } };
  switch (wanted.kind) {
    case "add":
      return add;
    case "edit": {
      const id = shownItem(author, listId, wanted.pick);
      return id === undefined ? add : { name: "item.edit", args: { ...intent, id, text: `edit ${token}` } };
    }
    case "delete": {
      const id = shownItem(author, listId, wanted.pick);
      return id === undefined ? add : { name: "item.delete", args: { ...intent, id } };
    }
    case "bump":
      return { name: "counter.bump", args: { ...intent, by: 1 + (wanted.pick % 9) } };
    case "pair":
      return { name: "pair.write", args: { ...intent, value: token } };
    case "refuse":
      return { name: "item.refuse", args: { ...intent, id: newId, text: "refused" } };
    case "crash":
      return { name: "item.crash", args: { ...intent, id: newId, text: "crashed" } };
    case "unknown":
      return { name: "item.unknown", args: intent };
    case "malformed":
      return { name: "counter.bump", args: { ...intent, by: "much" } };
  }
}

/** One of the items of a list that the author sees. */
function shownItem(author: Author, listId: string, pick: number): string | undefined {
  const shown = author.items(listId);
  return shown[pick % Math.max(shown.length, 1)];
}

export function itemsOf(rows: Iterable<PulledRow>, listId: string): readonly string[] {
  const scope = scopeOfList(listId);
  return [...rows].filter((row) => row.entity === "item" && row.scope === scope).map(({ id }) => id);
}
