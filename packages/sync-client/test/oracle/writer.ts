import type { ClientPort, ClientPorts, WriteRequest } from "./client-port.ts";
import { scopeOfList } from "./lists-contract.ts";
import type { Write } from "./scenario.ts";

/** What an author sees and has done. */
interface Author {
  readonly port: ClientPort;
  readonly ports: Pick<ClientPorts, "clock">;
}

export interface WriteIntent {
  readonly wanted: Write;
  readonly listId: string;
  readonly token: string;
  readonly place: Author;
}

/** Makes operations as a person would who sees what the client shows. */
export function requestFor({ wanted, listId, token, place }: WriteIntent): WriteRequest {
  const intent = { listId, token, at: place.ports.clock.now() };
  const newId = `item ${token}`;
  const add = { name: "item.add", args: { ...intent, id: newId, text: `text ${token}` } };
  switch (wanted.kind) {
    case "add":
      return add;
    case "edit": {
      const id = shownItem(place, listId, wanted.pick);
      return id === undefined ? add : { name: "item.edit", args: { ...intent, id, text: `edit ${token}` } };
    }
    case "delete": {
      const id = shownItem(place, listId, wanted.pick);
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

/** One of the items of a list that the client shows. */
function shownItem({ port }: Author, listId: string, pick: number): string | undefined {
  const scope = scopeOfList(listId);
  const shown = [...port.shown().rows.values()]
    .filter((row) => row.entity === "item" && row.scope === scope)
    .map(({ id }) => id);
  return shown[pick % Math.max(shown.length, 1)];
}
