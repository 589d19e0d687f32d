import type { PublicUser } from "@tidemark/api/contracts";
import { openDB, type DBSchema } from "idb";

/** Who is signed in on this device. `refreshToken` is `null` once the server has ended the session. */
export interface StoredSession {
  readonly user: PublicUser;
  readonly refreshToken: string | null;
}

/** The one session record of this browser profile, shared by its tabs. */
export interface SessionStore {
  load(): Promise<StoredSession | undefined>;
  /** Resolves when the record is on disk. */
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
}

interface SessionSchema extends DBSchema {
  session: { key: "current"; value: { readonly user: PublicUser; readonly token: WrappedToken | null } };
  keys: { key: "wrapping"; value: CryptoKey };
}

interface WrappedToken {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly ciphertext: ArrayBuffer;
}

/**
 * Keeps the session in IndexedDB. Cookies alone would not do: Chromium writes them up to 30 s late, and a browser that is
 * killed sooner would present a rotated token again, which ends the session. The token is wrapped by a key that scripts
 * can use but never read, so a copy of the profile's files is not enough to take it.
 */
export function createSessionStore(deps: {
  readonly subtle: SubtleCrypto;
  readonly databaseName?: string;
}): SessionStore {
  const { subtle, databaseName = "tidemark-session" } = deps;
  const database = openDB<SessionSchema>(databaseName, 1, {
    upgrade(db) {
      db.createObjectStore("session");
      db.createObjectStore("keys");
    },
  });

  /** Made once; two tabs that make one at the same time agree on the first that was stored. */
  async function wrappingKey(): Promise<CryptoKey> {
    const db = await database;
    const known = await db.get("keys", "wrapping");
    if (known !== undefined) return known;
    const made = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const transaction = db.transaction("keys", "readwrite", { durability: "strict" });
    const first = await transaction.store.get("wrapping");
    if (first === undefined) await transaction.store.put(made, "wrapping");
    await transaction.done;
    return first ?? made;
  }

  async function wrap(token: string): Promise<WrappedToken> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const ciphertext = await subtle.encrypt(
      { name: "AES-GCM", iv },
      await wrappingKey(),
      new TextEncoder().encode(token),
    );
    return { iv, ciphertext };
  }

  /** `null` where the token was wrapped by a key that this profile no longer has: the person signs in again. */
  async function unwrap({ iv, ciphertext }: WrappedToken): Promise<string | null> {
    try {
      return new TextDecoder().decode(await subtle.decrypt({ name: "AES-GCM", iv }, await wrappingKey(), ciphertext));
    } catch (error) {
      if (error instanceof DOMException && error.name === "OperationError") return null;
      throw error;
    }
  }

  return {
    async load() {
      const record = await (await database).get("session", "current");
      if (record === undefined) return undefined;
      return { user: record.user, refreshToken: record.token === null ? null : await unwrap(record.token) };
    },

    async save({ user, refreshToken }) {
      const token = refreshToken === null ? null : await wrap(refreshToken);
      const transaction = (await database).transaction("session", "readwrite", { durability: "strict" });
      await transaction.store.put({ user, token }, "current");
      await transaction.done;
    },

    async clear() {
      const transaction = (await database).transaction("session", "readwrite", { durability: "strict" });
      await transaction.store.delete("current");
      await transaction.done;
    },
  };
}
