import type { PullRequest, PushInput } from "@tidemark/api/contracts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../src/clock.ts";
import { createTrpcTransport, inTime } from "../src/connection/transport.ts";
import { createSync } from "../src/create-sync.ts";
import { requestBrowserDrain, SYNC_TAG } from "../src/service-worker/sync-tag.ts";
import { drainQueue } from "../src/service-worker/index.ts";
import { measureBrowserStorage } from "../src/storage/storage-use.ts";
import { createBrowserChannel, type TabMessage } from "../src/tabs/channel.ts";
import { createBrowserLocks } from "../src/tabs/locks.ts";
import { newId } from "../src/ids.ts";
import { notesContract } from "./notes-contract.ts";
import { createNotesServer } from "./notes-server.ts";

// Node has Web Locks and BroadcastChannel, IndexedDB is fake; the same in Chromium: test/browser.
afterEach(() => vi.unstubAllGlobals());

const running = () => new AbortController().signal;

describe("the browser's parts", () => {
  it("C18 C29: tabs and a service worker made of them bring each other's operations to the server, once", async () => {
    const server = createNotesServer();
    await server.setMember("home", "ann");
    let isOnline = false;
    const answer = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      if (!isOnline) throw new TypeError("fetch failed");
      return call();
    };
    const trpc = {
      sync: {
        push: { mutate: (input: PushInput) => answer(() => server.push("ann", input)) },
        pull: { query: (request: PullRequest) => answer(() => server.pull("ann", request)) },
      },
    };
    const options = { contract: notesContract, trpc, user: { id: "ann" } };
    const tabs = [createSync(options), createSync({ ...options, pollIntervalMs: 10, backgroundSync: false })];
    const [first, second] = tabs;
    for (const [text, tab] of [["one", first] as const, ["two", second] as const]) {
      await tab?.mutate.note.add({ id: newId(), listId: "home", text });
    }
    expect(await drainQueue(options)).toBe("tab-leads");
    isOnline = true;
    await first?.syncNow();
    await expect.poll(() => tabs.map((tab) => tab.status.get().state)).toEqual(["synced", "synced"]);
    expect(tabs.map((tab) => tab.status.get().isLeader).filter(Boolean)).toHaveLength(1);
    expect(await server.effects()).toHaveLength(2);

    isOnline = false;
    await second?.mutate.note.add({ id: newId(), listId: "home", text: "three" });
    await Promise.all(tabs.map((tab) => tab.stop()));
    isOnline = true;
    expect(await drainQueue(options)).toBe("drained");
    expect(await server.texts()).toEqual(["one", "two", "three"]);
  });

  it("C18: a lock is waited for, passed on, taken only if free, and stolen", async () => {
    const locks = createBrowserLocks();
    const name = newId();
    const order: string[] = [];
    let release = (): void => {};
    const held = locks.hold(name, { mode: "wait", signal: running() }, () => {
      order.push("first");
      return new Promise((resolve) => (release = resolve));
    });
    await expect.poll(() => order).toEqual(["first"]);
    const given = new AbortController();
    const left = locks.hold(name, { mode: "wait", signal: given.signal }, async () => void order.push("never"));
    given.abort();
    expect(await left).toBe("given-back");
    const missed = locks.hold(name, { mode: "if-free", signal: running() }, async () => void order.push("never"));
    expect(await missed).toBe("missed");
    const robber = locks.hold(name, { mode: "steal", signal: running() }, async () => void order.push("robber"));
    expect(await Promise.all([held, robber])).toEqual(["stolen", "given-back"]);
    release();
    const free = locks.hold(name, { mode: "if-free", signal: running() }, async () => void order.push("free"));
    expect(await free).toBe("given-back");
    expect(order).toEqual(["first", "robber", "free"]);
    const failing = locks.hold(name, { mode: "wait", signal: running() }, () => Promise.reject(new RangeError("mine")));
    await expect(failing).rejects.toThrow("mine");
  });

  it("C18: without locks each tab leads", async () => {
    vi.stubGlobal("navigator", {});
    const locks = createBrowserLocks();
    const hold = () => locks.hold("any", { mode: "if-free", signal: running() }, async () => {});
    expect(await Promise.all([hold(), hold()])).toEqual(["given-back", "given-back"]);
  });

  it("C18: a tab hears the others, and not itself", async () => {
    const name = newId();
    const [one, other] = [createBrowserChannel(name), createBrowserChannel(name)];
    const heard: TabMessage[] = [];
    for (const channel of [one, other]) channel.listen((message) => heard.push(message));
    one.post({ type: "queued", firstKey: 3 });
    await expect.poll(() => heard).toEqual([{ type: "queued", firstKey: 3 }]);
    for (const channel of [one, other]) channel.close();
  });

  it("C16: a call that is given up rejects though the link never hears of it", async () => {
    const never = () => new Promise<never>(() => {});
    const transport = createTrpcTransport({ sync: { push: { mutate: never }, pull: { query: never } } });
    const round = new AbortController();
    const input = { deviceId: "d", contract: { name: "notes", version: 1 }, ackSeq: 0, cursor: null };
    const pull = () => inTime(systemClock, round.signal, (options) => transport.pull(input, options));
    const waiting = pull();
    round.abort(new RangeError("given up"));
    await expect(waiting).rejects.toThrow("given up");
    await expect(pull()).rejects.toThrow("given up");
  });

  it("C29: asks for the drain of the service worker where the browser can and a person allows it", async () => {
    const tags: string[] = [];
    const register = async (tag: string) => void tags.push(tag);
    const forbidden = Promise.reject(new TypeError("forbidden"));
    for (const ready of [Promise.resolve({}), forbidden, Promise.resolve({ sync: { register } })]) {
      vi.stubGlobal("navigator", { serviceWorker: { ready } });
      requestBrowserDrain();
    }
    vi.stubGlobal("navigator", {});
    requestBrowserDrain();
    await expect.poll(() => tags).toEqual([SYNC_TAG]);
  });

  it("C32: tells what the origin stores as far as the browser does", async () => {
    const storageOf = (estimate: object, persisted: boolean) => ({
      storage: { estimate: async () => estimate, persisted: async () => persisted },
    });
    vi.stubGlobal("navigator", storageOf({ usage: 3, quota: 9 }, true));
    expect(await measureBrowserStorage()).toEqual({ usedBytes: 3, quotaBytes: 9, isPersistent: true });
    vi.stubGlobal("navigator", storageOf({}, false));
    expect(await measureBrowserStorage()).toEqual({ usedBytes: 0, quotaBytes: 0, isPersistent: false });
    vi.stubGlobal("navigator", {});
    expect(await measureBrowserStorage()).toBeNull();
  });
});
