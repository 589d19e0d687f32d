/** A piece of a message: words, or a link to follow. */
export interface TextPart {
  readonly text: string;
  /** Where it begins in the message. */
  readonly start: number;
  /** Where the link leads, always `http:` or `https:`. */
  readonly href?: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;
/** Ends a sentence rather than an address. */
const TRAILING = new Set(".,:;!?…»”’*_~");
/** Openers by their closers. */
const OPENERS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/**
 * Splits a message at its web addresses. Only `http:` and `https:` become links, whatever else looks like an address
 * stays text; an address whose host hides behind a user name (`https://bank.com@evil.example`) stays text, too.
 */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimAddress(found);
    const href = safeHref(address);
    if (href === undefined) continue;
    if (index > end) parts.push({ text: text.slice(end, index), start: end });
    parts.push({ text: address, start: index, href });
    end = index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), start: end });
  return parts;
}

/** Without what belongs to the sentence: marks at the end, and a bracket that opened before the address. */
function trimAddress(found: string): string {
  const counts = new Map<string, number>();
  for (const sign of found) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const count = (sign: string) => counts.get(sign) ?? 0;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    const opener = OPENERS.get(last);
    const isTooMany = opener !== undefined && count(last) > count(opener);
    if (!isTooMany && !TRAILING.has(last)) break;
    counts.set(last, count(last) - 1);
  }
  return found.slice(0, end);
}

function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  return url.username === "" && url.password === "" ? url.href : undefined;
}
