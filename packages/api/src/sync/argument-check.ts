/** Deepest nesting of an operation's arguments; beyond it, recursive readers of JSON overflow their stack. */
export const MAX_ARGUMENT_DEPTH = 64;

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Place | undefined;
  readonly depth: number;
}

/**
 * Finds what no database and no other JSON reader can be trusted with, whatever the operation's schema lets through: a NUL,
 * half of a surrogate pair, a key named `__proto__`, or nesting without end. Answers one line that tells where, or
 * `undefined`.
 */
export function findUnstorable(args: unknown): string | undefined {
  const open: Place[] = [{ value: args, key: "", parent: undefined, depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const problem = problemOf(place);
    if (problem !== undefined) return `${pathOf(place)}${problem}`;
    if (typeof place.value !== "object" || place.value === null) continue;
    for (const [key, value] of Object.entries(place.value)) {
      open.push({ value, key, parent: place, depth: place.depth + 1 });
    }
  }
  return undefined;
}

function problemOf({ value, key, depth }: Place): string | undefined {
  if (depth > MAX_ARGUMENT_DEPTH) return `is nested deeper than ${MAX_ARGUMENT_DEPTH} levels`;
  if (key === "__proto__") return "is a key that is not taken";
  if (!isStorable(key)) return "has a NUL or half of a surrogate pair in its key; remove it";
  if (typeof value === "string" && !isStorable(value)) return "contains a NUL or half of a surrogate pair; remove it";
  return undefined;
}

const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();

/** `text: `, or nothing for the arguments themselves. A deep path is told by its first keys. */
function pathOf(place: Place): string {
  const keys: string[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) keys.unshift(at.key);
  if (keys.length === 0) return "";
  const shown = keys.slice(0, 5).map((key) => (isStorable(key) ? key.slice(0, 50) : JSON.stringify(key.slice(0, 50))));
  return `${shown.join(".")}${keys.length > 5 ? "…" : ""}: `;
}
