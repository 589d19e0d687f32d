import type { KeptOperation, PulledRow, Screen, ScreenRow } from "./client-port.ts";
import type { IntentArgs } from "./lists-contract.ts";

/**
 * What a screen must show over these pulled rows while these operations are on the device. It shares nothing with the
 * core, so that the two can be compared.
 */
export function expectedScreen(
  pulled: ReadonlyMap<string, PulledRow>,
  operations: readonly KeptOperation[],
  userId: string,
): Screen["rows"] {
  const rows = new Map<string, ScreenRow["value"]>();
  for (const [key, { scope, value }] of pulled) if (scope !== `user:${userId}`) rows.set(key, value);
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
    const { listId, id = "", text = "", at, by = 0, value = "" } = args as IntentArgs;
    const item = rows.get(`item/${id}`);
    switch (name) {
      case "item.add":
      case "item.refuse":
      case "item.crash":
        put(`item/${id}`, { id, listId, text, editedAt: at });
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
