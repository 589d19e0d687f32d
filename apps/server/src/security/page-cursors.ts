import { TidemarkError, type SignText } from "@tidemark/api/server";
import type * as z from "zod";
import { equalTexts } from "./text-signer.ts";

/** Opaque positions in a list: bound to the list and its reader, refused when forged. */
export interface PageCursors<Position> {
  encode(position: Position, reader: string): string;
  /** @throws TidemarkError `INVALID_CURSOR` */
  decode(cursor: string, reader: string): Position;
}

export function createPageCursors<Position>(deps: {
  /** Names the list; a cursor of another list does not verify. */
  readonly list: string;
  readonly position: z.ZodType<Position>;
  readonly sign: SignText;
}): PageCursors<Position> {
  const signFor = (payload: string, reader: string) => deps.sign(`page\n${deps.list}\n${reader}\n${payload}`);
  return {
    encode: (position, reader) => {
      const payload = Buffer.from(JSON.stringify(position)).toString("base64url");
      return `${payload}.${signFor(payload, reader)}`;
    },
    decode: (cursor, reader) => {
      const [payload = "", mac = "", ...rest] = cursor.split(".");
      if (rest.length > 0 || !equalTexts(mac, signFor(payload, reader))) {
        throw new TidemarkError("INVALID_CURSOR", { message: "The cursor does not verify: start again without one." });
      }
      return deps.position.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
    },
  };
}
