import { expect, test } from "vitest";
import { createAppConfig, loadAppConfig } from "./app-config.ts";

function createStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}
const answering = (body: string) => async () => new Response(body);
const offline = async () => {
  throw new TypeError("Failed to fetch");
};

test("offline the app opens with what the server said last time", async () => {
  const storage = createStorage();
  await loadAppConfig({ fetch: answering('{"syncPollIntervalMs": 5000}'), storage });
  expect(await loadAppConfig({ fetch: offline, storage })).toMatchObject({ syncPollIntervalMs: 5000 });
});

test("a first start without an answer takes the defaults", async () => {
  expect(await loadAppConfig({ fetch: offline, storage: createStorage() })).toEqual({
    syncPollIntervalMs: 2000,
    demoAccounts: [],
  });
});

test("an error page in place of the file changes nothing", async () => {
  const storage = createStorage();
  await loadAppConfig({ fetch: answering('{"syncPollIntervalMs": 5000}'), storage });
  expect(await loadAppConfig({ fetch: answering("<!doctype html>"), storage })).toMatchObject({
    syncPollIntervalMs: 5000,
  });
});

test("what the server said last time is known before it answers, and its answer takes the place", async () => {
  const storage = createStorage();
  const first = createAppConfig({ fetch: answering('{"syncPollIntervalMs": 5000}'), storage });
  expect(first.get()).toBeUndefined();
  expect(await first.loaded).toBe(first.get());
  const second = createAppConfig({ fetch: answering('{"syncPollIntervalMs": 7000}'), storage });
  expect(second.get()).toMatchObject({ syncPollIntervalMs: 5000 });
  await second.loaded;
  expect(second.get()).toMatchObject({ syncPollIntervalMs: 7000 });
});
