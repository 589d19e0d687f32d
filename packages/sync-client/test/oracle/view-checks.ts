import type { PulledRow } from "./client-port.ts";
import type { History } from "./history.ts";
import type { Verdicts } from "./violation.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows of the lists are flat. */
export function isSameRow(left: Row | null, right: Row | null): boolean {
  if (left === null || right === null) return left === right;
  const fields = Object.keys(right);
  return Object.keys(left).length === fields.length && fields.every((field) => left[field] === right[field]);
}

export interface View {
  readonly client: number;
  readonly userId: string;
  readonly rows: ReadonlyMap<string, PulledRow>;
  /** The commit that the rows are said to be of. */
  readonly index: number;
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
  const { client, userId, rows, index } = view;
  const { reference } = deps.history;
  const readable = reference.readableScopes(userId, index);
  const own = [...rows.values()].filter(({ scope }) => scope !== `user:${userId}`);
  const hidden = own.find(({ scope }) => !readable.has(scope));
  if (hidden !== undefined) {
    verdicts.breaks(
      "I7",
      `Client ${client} still shows ${hidden.entity} ${hidden.id} of ${hidden.scope}, which ${userId} lost.`,
    );
  }
  const expected = [...reference.rowsAt(index)].filter(([, { scope }]) => readable.has(scope));
  checkPairs(view, verdicts);
  for (const [key, { value }] of expected) {
    const shown = rows.get(key);
    if (shown === undefined) verdicts.breaks(elseBreaks, `Client ${client} misses ${key}.`);
    else if (!isSameRow(shown.value, value)) {
      verdicts.breaks(
        elseBreaks,
        `Client ${client} shows ${key} as ${JSON.stringify(shown.value)}, not ${JSON.stringify(value)}.`,
      );
    }
  }
  if (own.length > expected.length) {
    const kept = new Set(expected.map(([key]) => key));
    const ghost = own.find(({ entity, id }) => !kept.has(`${entity}/${id}`));
    verdicts.breaks(elseBreaks, `Client ${client} shows ${ghost?.entity} ${ghost?.id}, which is gone.`);
  }
}

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
