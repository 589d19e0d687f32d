import type { PulledRow } from "./client-port.ts";
import type { History } from "./history.ts";
import type { Position } from "./positions.ts";
import { isSameRow } from "./same-row.ts";
import type { Verdicts } from "./violation.ts";

export interface View {
  readonly client: number;
  readonly userId: string;
  readonly rows: ReadonlyMap<string, PulledRow>;
  /** What the device has by its cursor. */
  readonly position: Position;
  /** Whether its app knows an entity at all. */
  readonly knows: (entity: string) => boolean;
}

/**
 * Compares what a client shows with the replayed history: at the end of every pull the two are equal, whatever the pages
 * looked like (I5, I7, I8). `elseBreaks` names the invariant for any other difference.
 */
export function checkView(
  deps: { readonly history: History; readonly verdicts: Verdicts },
  view: View,
  elseBreaks: "I6" | "I8" = "I8",
): void {
  const { verdicts } = deps;
  const { client, userId, rows, position, knows } = view;
  const { reference } = deps.history;
  const readable = reference.readableScopes(userId, position.snapshot);
  const unseen = new Map(rows);
  checkPairs(view, verdicts);
  for (const [scope, { index, since = 0 }] of position.places) {
    if (index === undefined || !readable.has(scope)) continue;
    let isInWindow: ReturnType<typeof reference.windowOf> | undefined;
    for (const [key, row] of reference.rowsIn(scope, index)) {
      const shown = rows.get(key);
      unseen.delete(key);
      if (shown === undefined) {
        if (!knows(entityOf(key))) continue;
        isInWindow ??= reference.windowOf(scope, index, since);
        if (!key.startsWith("entry/") || isInWindow(row)) {
          verdicts.breaks(elseBreaks, `Client ${client} misses ${key}.`);
        }
      } else if (!isSameRow(shown.value, row.value)) {
        const [is, must] = [JSON.stringify(shown.value), JSON.stringify(row.value)];
        verdicts.breaks(elseBreaks, `Client ${client} shows ${key} as ${is}, not ${must}.`);
      }
    }
  }
  for (const { scope, entity, id } of unseen.values()) {
    if (!readable.has(scope)) {
      verdicts.breaks("I7", `Client ${client} still shows ${entity} ${id} of ${scope}, which ${userId} lost.`);
    }
    const place = position.places.get(scope);
    // Pages of it may have been dropped with the subscription.
    if (place !== undefined && place.index === undefined) continue;
    const why = place === undefined ? "which nothing asked for" : "which is gone";
    verdicts.breaks(elseBreaks, `Client ${client} shows ${entity} ${id}, ${why}.`);
  }
}

const entityOf = (key: string): string => key.slice(0, key.indexOf("/"));

/** The two halves of a pair are written by one operation. */
function checkPairs({ client, rows }: View, verdicts: Verdicts): void {
  for (const { entity, id, value } of rows.values()) {
    if (entity !== "half" || !id.endsWith("left")) continue;
    const other = rows.get(`half/${id.replace("left", "right")}`);
    if (other?.value["value"] === value["value"]) continue;
    verdicts.breaks(
      "I5",
      `Client ${client} shows half a transaction: ${JSON.stringify(value)} beside ${JSON.stringify(other?.value)}.`,
    );
  }
}
