import type { KeptOperation, PulledRow, Screen, ScreenRow } from "./client-port.ts";
import type { IntentArgs } from "./lists-contract.ts";

/**
 * What a screen must show over these pulled rows while these operations are on the device. It shares nothing with the
 * core, so that the two can be compared.
 */
export function expectedScreen(
  pulled: ReadonlyMap<string, PulledRow>,
  operations: readonly KeptOperation[],
): Screen["rows"] {
  const rows = new Map<string, ScreenRow["value"]>();
  for (const [key, { value }] of pulled) rows.set(key, value);
  const states = new Map<string, "pending" | "rejected">();

  for (const { name, args, state, retired } of [...operations].sort((left, right) => left.order - right.order)) {
    if (retired !== undefined) continue;
    const isRefused = state === "refused";
    const mark = (key: string) => {
      if (isRefused || states.get(key) === undefined) states.set(key, isRefused ? "rejected" : "pending");
    };
    const put = (key: string, value: ScreenRow["value"]) => {
      mark(key);
      rows.set(key, value);
    };
    const { listId, id = "", text = "", name: name1 = "", at, by = 0, value = "" } = args as IntentArgs;
    const item = rows.get(`item/${id}`);
    switch (name) {
      case "item.add":
      case "item.refuse":
      case "item.crash":
      case "item.shout":
        put(`item/${id}`, { id, listId, text, editedAt: at });
        break;
      case "item.write":
        put(`item/${id}`, { id, listId, text: name1, editedAt: at });
        break;
      case "card.edit":
        put(`card/${id}`, cardOf(rows.get(`card/${id}`), args as IntentArgs));
        break;
      case "entry.write":
        put(`entry/${id}`, { id, listId, text });
        break;
      case "conflict.dismiss":
        mark(`conflict/${id}`);
        if (!isRefused) rows.delete(`conflict/${id}`);
        break;
      case "item.edit":
        if (item !== undefined) put(`item/${id}`, { ...item, text, editedAt: at });
        break;
      case "item.delete":
        mark(`item/${id}`);
        // A refused deletion has not happened.
        if (!isRefused) rows.delete(`item/${id}`);
        break;
      case "counter.bump": {
        const count = Number(rows.get(`counter/${listId}`)?.["count"] ?? 0);
        put(`counter/${listId}`, { id: listId, listId, count: count + by });
        break;
      }
      case "pair.write":
        for (const side of ["left", "right"]) put(`half/${listId} ${side}`, { id: `${listId} ${side}`, listId, value });
        break;
      default:
        throw new TypeError(`No screen can show "${name}".`);
    }
  }
  return new Map([...rows].map(([key, value]) => [key, { value, state: states.get(key) ?? "synced" }]));
}

/** A card as the screen shows it before the server has said what became of the fields. */
function cardOf(
  before: ScreenRow["value"] | undefined,
  { id, listId, token, at, title, due, tags, note }: IntentArgs,
): ScreenRow["value"] {
  const row = { title: "", due: "", tags: [], note: "", ...before, id, listId, token, at };
  return {
    ...row,
    ...(title !== undefined && { title }),
    ...(due !== undefined && { due }),
    ...(tags !== undefined && { tags }),
    ...(note !== undefined && { note }),
  };
}
