import { SyncClientError } from "@tidemark/sync-client";
import { expect, test } from "vitest";
import type { SyncTrace } from "@tidemark/sync-client/inspect";
import type { AuthState } from "../auth/auth-session.ts";
import { createSyncHost, type RunningSync, type TidemarkSync } from "./sync-host.ts";

const person = (id: string) => ({ id, email: `${id}@tidemark.test`, name: id });
const signedIn = (id: string): AuthState => ({ status: "signed-in", user: person(id) });

function createApp(initial: AuthState, opened: Promise<void> = Promise.resolve()) {
  const log: string[] = [];
  const listeners = new Set<() => void>();
  let state = initial;
  const startSync = async (userId: string): Promise<RunningSync> => {
    log.push(`start ${userId}`);
    const calls = {
      opened,
      syncNow: async () => void log.push(`sync ${userId}`),
      stop: async () => void log.push(`stop ${userId}`),
    };
    // The host uses these three and hands the rest on.
    const trace = { stop: () => void log.push(`stop trace ${userId}`) } as SyncTrace;
    return { sync: calls as TidemarkSync, trace, inspect: () => Promise.reject(new Error("Not asked for here.")) };
  };
  const offline = new Set<() => void>();
  const host = createSyncHost({
    offline: {
      subscribe: (listener) => {
        offline.add(listener);
        return () => offline.delete(listener);
      },
    },
    auth: {
      get: () => state,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    startSync,
  });
  const change = (next: AuthState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const switchNetwork = () => offline.forEach((listener) => listener());
  return { host, log, change, switchNetwork };
}

test("whoever is signed in has their data opened", async () => {
  const { host } = createApp(signedIn("student"));
  expect(host.get()).toMatchObject({ step: "opening" });
  await expect.poll(() => host.get()).toMatchObject({ step: "open", userId: "student" });
});

test("another person never sees the data of the one before: that is closed first", async () => {
  const { host, log, change } = createApp(signedIn("student"));
  await expect.poll(() => host.get().step).toBe("open");
  change(signedIn("tutor"));
  expect(host.get()).toEqual({ step: "opening", userId: "tutor" });
  await expect.poll(() => host.get()).toMatchObject({ step: "open", userId: "tutor" });
  expect(log).toEqual(["start student", "stop student", "start tutor", "stop trace student"]);
});

test("a client that starts after its person has left is stopped", async () => {
  const { host, log, change } = createApp(signedIn("student"));
  change({ status: "signed-out" });
  await expect.poll(() => log).toEqual(["start student", "stop student", "stop trace student"]);
  expect(host.get()).toEqual({ step: "none" });
});

test("an ended session keeps the data open, and signing in again sends at once what waited", async () => {
  const { host, log, change } = createApp(signedIn("student"));
  await expect.poll(() => host.get().step).toBe("open");
  change({ status: "expired", user: person("student") });
  expect(host.get().step).toBe("open");
  change(signedIn("student"));
  expect(log).toEqual(["start student", "sync student"]);
});

test("a browser that cannot store is told apart from one that is still opening", async () => {
  const refusal = Promise.reject(new SyncClientError("STORAGE_UNAVAILABLE", "This window has no IndexedDB."));
  const { host } = createApp(signedIn("student"), refusal);
  await expect
    .poll(() => host.get())
    .toMatchObject({ step: "failed", error: { message: "This window has no IndexedDB." } });
});

test("switching the app offline and back asks the server at once, so that the status tells it", async () => {
  const { host, log, switchNetwork } = createApp(signedIn("student"));
  await expect.poll(() => host.get().step).toBe("open");
  switchNetwork();
  expect(log).toEqual(["start student", "sync student"]);
});
