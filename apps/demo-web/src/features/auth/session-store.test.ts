import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, expect, test } from "vitest";
import { createSessionStore } from "./session-store.ts";

const user = { id: "018f0000-0000-7000-8000-000000000001", email: "tutor@tidemark.test", name: "Tutor" };
let databaseName = "";
let count = 0;
const open = () => createSessionStore({ subtle: crypto.subtle, databaseName });

beforeEach(() => {
  count += 1;
  databaseName = `session-${count}`;
});

test("I1: a saved session is there for the next start of the browser", async () => {
  await open().save({ user, refreshToken: "refresh-me" });
  expect(await open().load()).toEqual({ user, refreshToken: "refresh-me" });
});

test("the token lies on disk encrypted, by a key that no script can read", async () => {
  await open().save({ user, refreshToken: "refresh-me" });
  const database = await openDB(databaseName);
  const record: unknown = await database.get("session", "current");
  const key: unknown = await database.get("keys", "wrapping");
  expect(new TextDecoder().decode(bytesOf(record))).not.toContain("refresh-me");
  expect(key).toMatchObject({ extractable: false });
  await expect(crypto.subtle.exportKey("raw", key as CryptoKey)).rejects.toThrow("not extractable");
});

test("two tabs that save at the same time share one key, so that each reads what the other wrote", async () => {
  const [first, second] = [open(), open()];
  await Promise.all([first.save({ user, refreshToken: "one" }), second.save({ user, refreshToken: "two" })]);
  const read = await open().load();
  expect(["one", "two"]).toContain(read?.refreshToken);
});

test("a session that the server ended keeps the person and has no token", async () => {
  await open().save({ user, refreshToken: null });
  expect(await open().load()).toEqual({ user, refreshToken: null });
});

test("a token whose key is lost is no token: the person signs in again and is still known", async () => {
  await open().save({ user, refreshToken: "refresh-me" });
  const database = await openDB(databaseName);
  await database.put(
    "keys",
    await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    "wrapping",
  );
  expect(await open().load()).toEqual({ user, refreshToken: null });
});

test("after signing out nobody is signed in, and the token is kept until its session has ended on the server", async () => {
  const store = open();
  await store.save({ user, refreshToken: "refresh-me" });
  await store.signOut();
  expect(await store.load()).toBeUndefined();
  const [left] = await open().leftSessions();
  expect(left).toMatchObject({ refreshToken: "refresh-me" });
  await store.save({ user, refreshToken: "another" });
  expect(await store.load()).toEqual({ user, refreshToken: "another" });
  await store.forgetLeft(left?.id ?? "");
  expect(await open().leftSessions()).toEqual([]);
  expect(await store.load()).toEqual({ user, refreshToken: "another" });
});

function bytesOf(record: unknown): Uint8Array {
  const { token } = record as { token: { ciphertext: ArrayBuffer } };
  return new Uint8Array(token.ciphertext);
}

test("a token that was renewed while its person signed out brings nobody back", async () => {
  const [page, renewing] = [open(), open()];
  await page.save({ user, refreshToken: "first" });
  expect(await renewing.renew({ user, refreshToken: "second" })).toBe(true);
  expect(await page.load()).toEqual({ user, refreshToken: "second" });
  const [, isKept] = await Promise.all([page.signOut(), renewing.renew({ user, refreshToken: "third" })]);
  expect(await page.load(), `the renewed token was ${isKept ? "kept" : "refused"}`).toBeUndefined();
  expect(await renewing.renew({ user, refreshToken: "fourth" })).toBe(false);
  expect(await page.load()).toBeUndefined();
});
