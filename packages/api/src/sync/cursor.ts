import * as z from "zod";
import { TidemarkError } from "../errors.ts";

/** Where a device stands in one scope. */
export interface CursorScope {
  readonly version: number;
  /** The membership's grant number when the scope was first pulled. */
  readonly grant: number;
  /** While a first pull is under way: deletions up to this version are left out. */
  readonly skipDeletionsUntil?: number;
}

/** How far a device has seen the server's changes: a version per scope of one epoch. */
export interface Cursor {
  readonly epoch: string;
  readonly scopes: ReadonlyMap<string, CursorScope>;
}

/** Authenticates text with a key that every node shares: a base64url MAC. */
export type SignText = (text: string) => string;

export interface CursorCodec {
  encode(cursor: Cursor, userId: string): string;
  /** @throws TidemarkError `INVALID_CURSOR` for a cursor of another key, user or making. */
  decode(text: string, userId: string): Cursor;
}

const version = z.int().nonnegative();
const wireCursor = z.tuple([z.string(), z.array(z.tuple([z.string(), version, version, version]))]);

/** Cursors are opaque to clients, bound to their user and refused when tampered with. */
export function createCursorCodec(sign: SignText): CursorCodec {
  // The form is part of what is signed: a cursor of another form does not verify, so what verifies always parses.
  const signFor = (payload: string, userId: string) => sign(`cursor 1\n${userId}\n${payload}`);
  return {
    encode({ epoch, scopes }, userId) {
      const entries = [...scopes].map(([scope, at]) => [scope, at.version, at.grant, at.skipDeletionsUntil ?? 0]);
      const payload = toBase64Url(JSON.stringify([epoch, entries]));
      return `${payload}.${signFor(payload, userId)}`;
    },
    decode(text, userId) {
      const end = text.lastIndexOf(".");
      const payload = text.slice(0, end);
      if (!equalInConstantTime(text.slice(end + 1), signFor(payload, userId))) throw invalidCursor();
      const [epoch, entries] = wireCursor.parse(JSON.parse(fromBase64Url(payload)));
      const scopes = new Map<string, CursorScope>();
      for (const [scope, scopeVersion, grant, skipDeletionsUntil] of entries) {
        scopes.set(scope, { version: scopeVersion, grant, ...(skipDeletionsUntil > 0 && { skipDeletionsUntil }) });
      }
      return { epoch, scopes };
    },
  };
}

const invalidCursor = () =>
  new TidemarkError("INVALID_CURSOR", { message: "The cursor does not verify: pull again with cursor null." });

const toBase64Url = (text: string) => Buffer.from(text).toString("base64url");
const fromBase64Url = (text: string) => Buffer.from(text, "base64url").toString();

function equalInConstantTime(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
