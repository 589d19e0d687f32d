import { randomBytes } from "node:crypto";
import { expect, vi } from "vitest";
import { createIds } from "@tidemark/api/contracts";
import { createIndexedDbStorage } from "../src/storage/indexeddb-storage.ts";
import type { PageEvent } from "../src/connection/page.ts";
import type { SyncTransport } from "../src/connection/transport.ts";
import type { SyncClient } from "../src/sync.ts";
import { createSyncClient } from "../src/sync-client.ts";
import { readContract } from "../src/contract.ts";
import { drain, type DrainOutcome } from "../src/service-worker/drain.ts";
import type { LeaderLocks } from "../src/tabs/locks.ts";
import { createFakeBrowser, type FakeBrowser, type FakeTab } from "./fake-tabs.ts";
import { createFaultTransport, type FaultTransport } from "./fault-transport.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { notesContract, type NotesContract } from "./notes-contract.ts";
import { createNotesServer, type NotesServer } from "./notes-server.ts";

export type NotesClient = SyncClient<NotesContract>;

export interface Tab {
  readonly sync: NotesClient;
  readonly transport: FaultTransport;
  /** The name of its IndexedDB database. */
  readonly database: string;
  readonly unauthorizedCalls: () => number;
  /** How often the browser was asked to wake the service worker. */
  readonly drainRequests: () => number;
  readonly errors: readonly unknown[];
  setVisible(isVisible: boolean): void;
  /** What the list `home` shows, by time. */
  texts(): readonly string[];
  rows(): readonly { readonly text: string; readonly $state: string }[];
  add(text: string, id?: string): Promise<string>;
  /** SIGSTOP, and its end: meanwhile nothing runs in the tab, while others believe it alive. */
  freeze(): void;
  thaw(): void;
  /** The browser tells the page of its own sleep. */
  tell(event: PageEvent): void;
  /** SIGKILL: nothing it does afterwards reaches storage, server or other tabs. */
  kill(): void;
}

export interface World {
  readonly server: NotesServer;
  readonly clock: ManualClock;
  readonly browser: FakeBrowser;
  /** A tab of a device; the same `device` shares its storage. `decide` befalls its calls from the start. */
  openTab(options?: OpenTabOptions): Tab;
  /** A service worker of the phone that the browser has woken; `onUnauthorized` renews its session. */
  drain(
    options?: Pick<OpenTabOptions, "decide"> & {
      readonly onUnauthorized?: () => void;
      /** It leads whoever leads, and no tab hears of it. */
      readonly isUnheard?: boolean;
    },
  ): Promise<DrainOutcome>;
  /** Lets time pass, in small steps, until the condition holds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface OpenTabOptions {
  readonly user?: string;
  readonly device?: string;
  readonly decide?: FaultTransport["decide"];
  readonly random?: () => number;
  /** What the app does to renew its session. */
  readonly renew?: () => Promise<void>;
  /** A page that was not loaded by HTTPS: it has no Web Locks. */
  readonly isInsecure?: boolean;
  /** Another version of the app. */
  readonly contract?: NotesContract;
  /** What an app puts between the client and the network. */
  readonly wrap?: (transport: SyncTransport) => SyncTransport;
}

export const newId = createIds(Date);

/** By the machine's own clock: what is waited for takes milliseconds, unless the machine itself stands still for seconds. */
const PATIENCE_MS = 30_000;

const NO_LOCKS: LeaderLocks = { hold: (_name, _request, hold) => hold().then(() => "given-back") };
const SILENT_CHANNEL = { post: () => {}, listen: () => {}, close: () => {} };

export async function createWorld(serverOptions: Parameters<typeof createNotesServer>[0] = {}): Promise<World> {
  const server = createNotesServer(serverOptions);
  await server.setMember("home", "ann");
  const clock = createManualClock();
  const browser = createFakeBrowser();
  const world = randomBytes(8).toString("hex");
  const clients: NotesClient[] = [];
  const tabs: FakeTab[] = [];

  function openTab({
    user = "ann",
    device = "phone",
    decide,
    random = Math.random,
    isInsecure = false,
    contract = notesContract,
    renew = async () => {},
    wrap = (transport) => transport,
  }: OpenTabOptions = {}): Tab {
    const name = `${world}:${device}:${user}`;
    const tab = browser.openTab();
    tabs.push(tab);
    const transport = createFaultTransport(server, user);
    if (decide !== undefined) transport.decide = decide;
    const network = wrap(transport);
    const pageListeners = new Set<(event: PageEvent) => void>();
    const tell = (event: PageEvent) => pageListeners.forEach((listener) => listener(event));
    let isVisible = true;
    let unauthorized = 0;
    let drainRequests = 0;
    let measurements = 0;
    const errors: unknown[] = [];
    const storage = createIndexedDbStorage({ name, contractVersion: contract.version });
    const whenAwake = async <Result>(work: Promise<Result>): Promise<Result> => {
      await Promise.allSettled([work]);
      await tab.awake();
      return work;
    };
    const sync = createSyncClient({
      contract,
      userId: user,
      pageRoom: 2_000_000,
      storage: {
        transaction: (mode, stores, work) => whenAwake(storage.transaction(mode, stores, work)),
        close: storage.close,
      },
      transport: {
        push: (input, options) => whenAwake(network.push(input, options)),
        pull: (request, options) => whenAwake(network.pull(request, options)),
      },
      locks: isInsecure ? NO_LOCKS : tab.locks,
      lockName: `${name}:leader`,
      channel: tab.channel(name),
      page: {
        isVisible: () => isVisible,
        listen: (listener) => {
          pageListeners.add(listener);
          return () => pageListeners.delete(listener);
        },
      },
      clock: tab.clock(clock),
      random,
      newId,
      pollIntervalMs: 2_000,
      measureStorage: async () => ({ usedBytes: (measurements += 1), quotaBytes: 1_000, isPersistent: false }),
      onUnauthorized: async () => {
        unauthorized += 1;
        await renew();
      },
      requestDrain: () => void (drainRequests += 1),
      reportError: (error) => errors.push(error),
    });
    clients.push(sync);
    const home = sync.query("note", { index: "byList", equals: ["home"] });
    return {
      sync,
      transport,
      database: name,
      errors,
      unauthorizedCalls: () => unauthorized,
      drainRequests: () => drainRequests,
      setVisible(next) {
        isVisible = next;
        tell("visibility");
      },
      rows: () => home.get(),
      texts: () => home.get().map(({ text }) => text),
      async add(text, id = newId()) {
        await sync.mutate.note.add({ id, listId: "home", text });
        return id;
      },
      freeze: tab.freeze,
      thaw: tab.thaw,
      tell,
      kill() {
        transport.decide = () => new Promise(() => {});
        storage.close();
        tab.kill();
      },
    };
  }

  return {
    server,
    clock,
    browser,
    openTab,
    drain({ decide, isUnheard = false, onUnauthorized = () => {} } = {}) {
      const worker = browser.openTab();
      const name = `${world}:phone:ann`;
      const transport = createFaultTransport(server, "ann");
      if (decide !== undefined) transport.decide = decide;
      return drain({
        contract: readContract(notesContract),
        userId: "ann",
        storage: createIndexedDbStorage({ name, contractVersion: notesContract.version }),
        transport,
        locks: isUnheard ? NO_LOCKS : worker.locks,
        lockName: `${name}:leader`,
        channel: isUnheard ? SILENT_CHANNEL : worker.channel(name),
        clock,
        pageRoom: 2_000_000,
        random: Math.random,
        newId,
        onUnauthorized,
        reportError(error) {
          throw error;
        },
      });
    },
    until: (condition) =>
      vi.waitFor(
        async () => {
          if (await condition()) return;
          clock.advance(100);
          throw new Error("The condition does not hold yet.");
        },
        { timeout: PATIENCE_MS, interval: 1 },
      ),
    async [Symbol.asyncDispose]() {
      for (const tab of tabs) tab.thaw();
      await Promise.all(clients.map((client) => client.stop()));
    },
  };
}

export const offline: FaultTransport["decide"] = () => "lose-request";
export const isSynced = (tab: Tab) => () => tab.sync.status.get().state === "synced";

/** Resolves when the condition holds; the world's clock stands still. */
export const withoutTime = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: PATIENCE_MS, interval: 1 });
