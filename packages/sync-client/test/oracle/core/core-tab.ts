import { errorCatalogue, type AnySyncContract, type ErrorCode } from "@tidemark/api/contracts";
import type { SyncTransport } from "../../../src/connection/transport.ts";
import type { PageEvent } from "../../../src/connection/page.ts";
import { SyncClientError } from "../../../src/errors.ts";
import type { SyncStorage } from "../../../src/storage/sync-storage.ts";
import { createSyncClient, type SyncClientDeps } from "../../../src/sync-client.ts";
import {
  RequestFailure,
  type Author,
  type ClientPorts,
  type Heard,
  type Screen,
  type WriteOutcome,
  type WriteRequest,
} from "../client-port.ts";
import type { ScopeSubscription } from "../../../src/sync.ts";
import { contractOf } from "../lists-contract.ts";
import type { CoreDisk } from "./core-disk.ts";
import { createScreenRows } from "./screen-rows.ts";
import type { SimulatedChannel } from "./simulated-channel.ts";
import type { SimulatedLocks } from "./simulated-locks.ts";
import { createTabLife, type TabLife } from "./tab-life.ts";

export type TabDeps = SyncClientDeps<AnySyncContract>;
export type Worsen = (deps: TabDeps, disk: CoreDisk) => TabDeps;

/** What the tabs of one device share. */
export interface Device {
  readonly ports: ClientPorts;
  readonly disk: CoreDisk;
  /** Of the contract that its app speaks. */
  readonly version: number;
  readonly locks: SimulatedLocks;
  readonly channel: SimulatedChannel;
  readonly heard: Heard;
  /** The first thing that was stored since a transaction failed, by its clock; Infinity while nothing was. */
  storesSince: number;
  /** When one of its tabs thawed last, by its clock. */
  thawedAt: number;
  /** Makes the core's surroundings worse than they are. */
  readonly worsen: Worsen;
  /** How many tabs it has had. */
  opened: number;
  /** Since the browser has cleared it, screens show what is not there: until then, by its clock. */
  clearedUntil: number;
  /** Transactions under way that take in what the server said. */
  storing: number;
}

export interface CoreTab {
  readonly life: TabLife;
  readonly author: Author;
  screen(): Screen;
  decide(id: string, decision: "retry" | "discard"): void;
  hear(event: PageEvent): void;
  setVisible(isVisible: boolean): void;
  choose(choice: { readonly scope: string; readonly isWanted: boolean }): void;
  close(): void;
  isClosing(): boolean;
  kill(): void;
}

const POLL_MS = 700;
/** Few enough for pages to be written anew several times in each world. */
const PAGE_ROOM = 12_000;
/** Until then a new leader has heard of all that the one before it stored. */
const LAG_MS = 1_000;

/** The SDK's core in one tab of a simulated browser. */
export function openCoreTab(device: Device): CoreTab {
  const { ports, disk, heard } = device;
  const { clock } = ports;
  const life = createTabLife();
  const pause = (): Promise<void> | undefined => {
    const { diskPause, diskPauseMs } = ports.browser;
    if (diskPause === 0 || ports.random() >= diskPause) return undefined;
    return new Promise((resolve) => clock.after(ports.random() * diskPauseMs, resolve));
  };
  const storage = disk.open({ pause, contractVersion: device.version });
  const contract = contractOf(device.version);
  const listeners = new Set<(event: PageEvent) => void>();
  let isVisible = true;
  let visibleSince = clock.now();
  let isClosing = false;
  device.opened += 1;
  /** Since when it leads and is awake: a leader before it may be about to store what it heard. */
  let leadsSince = Infinity;
  const followStatus = (): void => {
    if (!sync.status.get().isLeader) leadsSince = Infinity;
    else if (leadsSince === Infinity) leadsSince = device.opened === 1 ? -Infinity : clock.now();
  };

  const sound: TabDeps = {
    contract,
    userId: ports.userId,
    storage: heardBy(life, device, storage),
    transport: createTransport(life, device),
    locks: device.locks.locksOf(life),
    lockName: "leader",
    channel: device.channel.channelOf(life),
    page: {
      isVisible: () => isVisible,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    clock: {
      now: clock.now,
      after(delayMs, work) {
        let isCancelled = false;
        const stop = clock.after(delayMs, () => life.deliver(() => isCancelled || work()));
        return () => {
          isCancelled = true;
          stop();
        };
      },
    },
    random: ports.random,
    pageRoom: PAGE_ROOM,
    newId: ports.newId,
    pollIntervalMs: POLL_MS,
    onUnauthorized: () => {},
    measureStorage: async () => null,
    requestDrain: () => {},
    reportError: (error) => isOfClearing(error) || ports.breaks("I6", `A tab failed: ${String(error)}`),
  };
  /** The browser clears what was about to be read: it tries again, and what it shows in the end is held to I6 like any other. */
  function isOfClearing(error: unknown): boolean {
    return device.clearedUntil > clock.now() && error instanceof SyncClientError;
  }
  const sync = createSyncClient(device.worsen(sound, disk));
  sync.opened.catch((error: unknown) => {
    if (!isOfClearing(error)) ports.breaks("I6", `A tab could not be opened: ${String(error)}`);
  });
  const queries = Object.fromEntries(Object.keys(contract.entities).map((entity) => [entity, sync.query(entity, {})]));
  const subscriptions: ScopeSubscription[] = [];
  for (const source of [...Object.values(queries), sync.status]) source.subscribe(ports.changed);
  sync.status.subscribe(followStatus);

  const rowsOf = createScreenRows(queries);

  const author: Author = {
    id: ports.newAuthorId(),
    version: device.version,
    rows: (entity, listId) =>
      [...rowsOf()].flatMap(([key, { value }]) =>
        key.startsWith(`${entity}/`) && value["listId"] === listId ? [String(value["id"])] : [],
      ),
    write: (operations) => life.receive(write(operations)),
  };

  async function write(operations: readonly WriteRequest[]): Promise<readonly WriteOutcome[]> {
    const [only] = operations;
    if (operations.length === 1 && only !== undefined) return [await outcomeOf(enqueue(only))];
    const outcome = await outcomeOf(
      sync.transaction((mutate) => {
        for (const { name, args } of operations) void mutatorAt(Object(mutate), name)(args);
      }),
    );
    return operations.map(() => outcome);
  }

  const enqueue = async ({ name, args }: WriteRequest) => mutatorAt(Object(sync.mutate), name)(args);

  return {
    life,
    author,
    screen() {
      const status = sync.status.get();
      return {
        author: author.id,
        status,
        outbox: sync.outbox.get(),
        deadLetters: sync.deadLetters.get(),
        rows: rowsOf(),
        isCurrent: clock.now() - leadsSince > LAG_MS && clock.now() > device.clearedUntil && !storage.isBehind(),
        heard: heard.state,
        heardForMs: clock.now() - heard.since,
        storesForMs: clock.now() - device.storesSince,
        thawedForMs: clock.now() - device.thawedAt,
        visibleForMs: isVisible ? clock.now() - visibleSince : 0,
      };
    },
    decide(id, decision) {
      // Another tab may have decided first.
      void outcomeOf(sync.deadLetters[decision](id));
    },
    hear: (event) =>
      life.deliver(() => {
        // Nobody looks at a page that does not move.
        if (event === "resume") device.thawedAt = visibleSince = clock.now();
        if (event === "resume" && leadsSince !== Infinity) leadsSince = clock.now();
        for (const listener of listeners) listener(event);
      }),
    setVisible(next) {
      isVisible = next;
      visibleSince = clock.now();
      life.deliver(() => {
        for (const listener of listeners) listener("visibility");
      });
    },
    choose({ scope, isWanted }) {
      if (isWanted) {
        const subscription = sync.subscribe(scope);
        subscriptions.push(subscription);
      } else subscriptions.pop()?.unsubscribe();
    },
    isClosing: () => isClosing,
    close() {
      isClosing = true;
      void sync.stop().then(end);
    },
    kill() {
      storage.kill();
      end();
    },
  };

  function end(): void {
    life.kill();
    device.locks.release(life);
    device.channel.channelOf(life).close();
  }
}

/** What a call came to; whatever is no refusal of the client is a failure of the core. */
async function outcomeOf(call: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await call;
    return "queued";
  } catch (error) {
    if (error instanceof SyncClientError || error instanceof UnknownMutator) return "refused";
    throw error;
  }
}

class UnknownMutator extends Error {}

/** `mutate.item.add` for `item.add`. */
function mutatorAt(mutate: object, name: string): (args: unknown) => Promise<unknown> {
  let found: unknown = mutate;
  for (const segment of name.split(".")) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, segment) : undefined;
  }
  if (typeof found !== "function") throw new UnknownMutator(name);
  return (args) => Reflect.apply(found, undefined, [args]);
}

function heardBy(life: TabLife, device: Device, storage: SyncStorage): SyncStorage {
  return {
    async transaction(mode, stores, work) {
      const takesIn = mode !== "read" && stores.includes("meta") && stores.includes("outbox");
      if (takesIn) device.storing += 1;
      const ended = storage.transaction(mode, stores, work).finally(() => {
        if (takesIn) device.storing -= 1;
        if (mode !== "read") device.ports.changed();
      });
      ended.then(() => mode === "read" || hasStored(), hasFailed);
      return life.receive(ended);
    },
    close: storage.close,
  };

  function hasStored(): void {
    device.storesSince = Math.min(device.storesSince, device.ports.clock.now());
  }

  function hasFailed(error: unknown): void {
    if (error instanceof SyncClientError && error.code.startsWith("STORAGE_")) device.storesSince = Infinity;
  }
}

function createTransport(life: TabLife, { ports, heard, locks }: Device): SyncTransport {
  const { transport, clock } = ports;
  return {
    async push(input, { signal }) {
      const output = await exchange(signal, () => transport.push(input));
      heardWell();
      return output;
    },
    async pull(request, { signal }) {
      const output = await exchange(signal, () => transport.pull({ ...request, limit: ports.pageLimit }));
      // A pull has ended well when its last page is here.
      if (!output.hasMore) heardWell();
      return output;
    },
  };

  function heardWell(): void {
    // An app that is too old stays so: whatever else comes was answered before, and has only been longer on its way.
    if (heard.state !== "well" && !heard.isTooOld) hear("well");
  }

  /** What a leader hears that was robbed says nothing of what the one that leads can know. */
  function hear(state: Heard["state"]): void {
    if (locks.isHeldBy(life)) Object.assign(heard, { state, since: clock.now() });
  }

  async function exchange<Output>(signal: AbortSignal, call: () => Promise<Output>): Promise<Output> {
    try {
      const drops = transport.lostResponses();
      const output = await life.receive(Promise.race([call(), aborted(signal)]));
      // What a frozen tab had not heard yet went down with the server.
      if (drops !== transport.lostResponses()) throw new RequestFailure();
      return output;
    } catch (error) {
      const isRefused = error instanceof RequestFailure && error.code !== undefined;
      if (isRefused && error.code === "CONTRACT_TOO_OLD") heard.isTooOld = true;
      hear(isRefused ? "refused" : "lost");
      throw isRefused ? new CallError(error) : error;
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** A refused request as tRPC's client shows it: the code in `data`, never in the text. */
class CallError extends Error {
  readonly data: Readonly<Record<string, unknown>>;
  constructor({ code, details }: RequestFailure) {
    super("The server refused the request.");
    const httpStatus = isErrorCode(code) ? errorCatalogue[code].http : 500;
    this.data = { code, httpStatus, ...details };
  }
}

const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(errorCatalogue, code);
