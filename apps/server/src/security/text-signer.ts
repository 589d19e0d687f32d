import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignText } from "@tidemark/api/server";

/** A base64url HMAC-SHA256 under `key`. */
export function createTextSigner(key: Buffer): SignText {
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}

/** Compares in a time that does not tell where the texts differ. */
export function equalTexts(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
