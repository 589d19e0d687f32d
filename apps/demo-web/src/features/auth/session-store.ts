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
  /** Writes a renewed token down where the same person is still signed in; says whether they are. */
  renew(session: StoredSession & { readonly refreshToken: string }): Promise<boolean>;
  /** Forgets who is signed in: the server has ended their session. */
  clear(): Promise<void>;
  /** Forgets who is signed in, and keeps the token as one whose session the server has to end. */
  signOut(): Promise<void>;
  /** The tokens of sessions that were signed out of here and may still live on the server. */
  leftSessions(): Promise<readonly LeftSession[]>;
  /** The server has ended it. */
  forgetLeft(id: string): Promise<void>;
}

export interface LeftSession {
  readonly id: string;
  readonly refreshToken: string;
}

/** In the store of the record, so that no version of the database has to change under tabs that are open. */
const LEFT = "left:";
const allLeft = () => IDBKeyRange.bound(LEFT, `${LEFT}\uffff`);

interface SessionSchema extends DBSchema {
  session: { key: string; value: { readonly user: PublicUser; readonly token: WrappedToken | null } };
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

    async renew({ user, refreshToken }) {
      const token = await wrap(refreshToken);
      const transaction = (await database).transaction("session", "readwrite", { durability: "strict" });
      const record = await transaction.store.get("current");
      const isStillTheirs = record?.user.id === user.id;
      if (isStillTheirs) await transaction.store.put({ user, token }, "current");
      await transaction.done;
      return isStillTheirs;
    },

    async clear() {
      const transaction = (await database).transaction("session", "readwrite", { durability: "strict" });
      await transaction.store.delete("current");
      await transaction.done;
    },

    async signOut() {
      const transaction = (await database).transaction("session", "readwrite", { durability: "strict" });
      const record = await transaction.store.get("current");
      if (record !== undefined && record.token !== null) {
        await transaction.store.put(record, `${LEFT}${crypto.randomUUID()}`);
      }
      await transaction.store.delete("current");
      await transaction.done;
    },

    async leftSessions() {
      const db = await database;
      const found: LeftSession[] = [];
      for (const id of await db.getAllKeys("session", allLeft())) {
        const record = await db.get("session", id);
        const refreshToken = record?.token == null ? null : await unwrap(record.token);
        // One that nobody can read any more ends by its age.
        if (refreshToken === null) await db.delete("session", id);
        else found.push({ id, refreshToken });
      }
      return found;
    },

    async forgetLeft(id) {
      await (await database).delete("session", id);
    },
  };
}
