/** How far a cursor has come in one scope. */
export interface CursorPosition {
  readonly scope: string;
  /** The newest change of the scope that this device has pulled. */
  readonly version: number;
}

/**
 * What a cursor says, for people who look: cursors belong to the server, which alone can tell a true one, so nothing may
 * be decided by this. `null` where it is of a form that this version cannot read.
 */
export function readCursor(cursor: string): readonly CursorPosition[] | null {
  const content = parse(cursor.slice(0, Math.max(0, cursor.lastIndexOf("."))));
  const scopes: unknown = Array.isArray(content) ? content[1] : undefined;
  if (!Array.isArray(scopes)) return null;
  const positions = scopes.map(toPosition);
  return positions.every((position) => position !== null) ? positions : null;
}

function toPosition(entry: unknown): CursorPosition | null {
  if (!Array.isArray(entry)) return null;
  const [scope, version] = entry as readonly unknown[];
  return typeof scope === "string" && typeof version === "number" ? { scope, version } : null;
}

function parse(base64Url: string): unknown {
  try {
    const bytes = atob(base64Url.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0))));
  } catch (error) {
    // Not Base64 is a DOMException, not JSON a SyntaxError: either way it is of another form.
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}
