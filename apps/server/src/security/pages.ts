import { TidemarkError, type SignText } from "@tidemark/api/server";
import type * as z from "zod";
import { equalTexts } from "./text-signer.ts";

/** Lists in pages, by opaque cursors: each is bound to its list and its reader, and refused when forged. */
export interface Pages<Position> {
  /**
   * One page, and the cursor of the next one; `null` at the end of the list.
   * @throws TidemarkError `INVALID_CURSOR`
   */
  read<Item extends Position>(request: PageRequest<Position, Item>): Promise<Page<Item>>;
}

export interface PageRequest<Position, Item> {
  /** Whom, or whose part of the list, the cursor works for. */
  readonly reader: string;
  /** Absent or `null`: from the beginning. */
  readonly cursor?: string | null | undefined;
  /** Most items of the page. */
  readonly limit: number;
  /** The items behind `after` in the list's order, `limit` at most; from the beginning without it. */
  readonly find: (part: { readonly limit: number; readonly after?: Position }) => Promise<readonly Item[]>;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export function createPages<Position>(deps: {
  /** Names the list; a cursor of another list does not verify. */
  readonly list: string;
  /** What of an item tells its place in the list's order; all else is left out of the cursor. */
  readonly position: z.ZodType<Position>;
  readonly sign: SignText;
}): Pages<Position> {
  const { list, position, sign } = deps;
  const signFor = (payload: string, reader: string) => sign(`page\n${list}\n${reader}\n${payload}`);

  return {
    async read({ reader, cursor, limit, find }) {
      // One more than is shown, to see whether there is a next page.
      const found = await find({ limit: limit + 1, ...(cursor && { after: decode(cursor, reader) }) });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: found.length > limit && last !== undefined ? encode(last, reader) : null };
    },
  };

  function encode(last: Position, reader: string): string {
    const payload = Buffer.from(JSON.stringify(position.parse(last))).toString("base64url");
    return `${payload}.${signFor(payload, reader)}`;
  }

  function decode(cursor: string, reader: string): Position {
    const [payload = "", mac = "", ...rest] = cursor.split(".");
    if (rest.length > 0 || !equalTexts(mac, signFor(payload, reader))) {
      throw new TidemarkError("INVALID_CURSOR", { message: "The cursor does not verify: start again without one." });
    }
    return position.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  }
}
