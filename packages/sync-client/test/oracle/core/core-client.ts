import { foldPages } from "../../../src/pull/fold-pages.ts";
import { pagesOf, settledKey } from "../../../src/storage/stored-state.ts";
import type { ClientKind, ClientPort, ClientPorts, KeptOperation, PulledRow, TabStep } from "../client-port.ts";
import { contractOf, scopesOf } from "../lists-contract.ts";
import { tokenOf } from "../reference.ts";
import { createMemoryCoreDisk, type CoreDisk } from "./core-disk.ts";
import { openCoreTab, type CoreTab, type Device, type Worsen } from "./core-tab.ts";
import { createSimulatedChannel } from "./simulated-channel.ts";
import { createSimulatedLocks } from "./simulated-locks.ts";

const MAX_TABS = 3;
/** A browser passes a dead tab's lock on within this time. */
const LOCK_MS = 20;
/** Until then a tab has read again what was pulled anew. */
const REREAD_MS = 1_000;

export interface CoreClientOptions {
  readonly worsen?: Worsen | undefined;
  readonly createDisk?: (() => CoreDisk) | undefined;
}

/** The SDK's core, in one to three tabs of a browser. */
export const createCoreClient = ({
  worsen = (deps) => deps,
  createDisk = createMemoryCoreDisk,
}: CoreClientOptions = {}): ClientKind<CoreDisk> => ({
  createDisk,
  start: (disk, ports) => startDevice(disk, ports, worsen),
});

function startDevice(disk: CoreDisk, ports: ClientPorts, worsen: Worsen): ClientPort {
  const { clock, random } = ports;
  const device: Device = {
    ports,
    disk,
    version: ports.app.version,
    clearedUntil: -Infinity,
    locks: createSimulatedLocks((task) => void clock.after(random() * LOCK_MS, task)),
    channel: createSimulatedChannel({
      now: clock.now,
      after: clock.after,
      delay: () => random() * ports.browser.channelMs,
    }),
    heard: { state: "nothing", since: clock.now(), isTooOld: false },
    storesSince: -Infinity,
    thawedAt: -Infinity,
    worsen,
    opened: 0,
    storing: 0,
  };
  let tabs: CoreTab[] = Array.from({ length: ports.browser.tabs }, () => openCoreTab(device));
  const rows = memoize(
    () => [disk.stores.tables.pages, disk.stores.tables.meta],
    () => pulledRows(disk),
  );
  const operations = memoize(
    () => [disk.stores.tables.meta, disk.stores.tables.outbox, disk.stores.tables.deadLetters],
    () => keptOperations(disk),
  );
  const alive = () => (tabs = tabs.filter(({ life }) => life.state !== "dead"));
  const awake = () => alive().filter(({ life }) => life.state === "awake");
  const picked = <Item>(items: readonly Item[], pick: number): Item | undefined =>
    items[pick % Math.max(items.length, 1)];

  return {
    author: (pick) => picked(awake(), pick)?.author,
    shown() {
      const stored = disk.stores.tables.meta.get("device");
      if (device.clearedUntil === Infinity && stored?.cursor != null) device.clearedUntil = clock.now() + REREAD_MS;
      return {
        cursor: stored?.cursor ?? null,
        // Most look at the cursor alone, after each event.
        get rows() {
          return rows();
        },
      };
    },
    operations,
    isStoring: () => device.storing > 0,
    screens: () => awake().map((tab) => tab.screen()),
    tab: step,
    decide(pick, decision) {
      const letter = picked([...disk.stores.tables.deadLetters.keys()], pick);
      if (letter !== undefined) picked(awake(), pick)?.decide(String(letter), decision);
    },
    knows: (entity) => Object.hasOwn(contractOf(device.version).entities, entity),
    wanted: () => scopesOf(ports.userId, disk.stores.tables.meta.get("device")?.scopes ?? []),
    choose: (pick, choice) => picked(awake(), pick)?.choose(choice),
    evict() {
      const [only, ...others] = alive();
      const isSure = only !== undefined && others.length === 0 && only.life.state === "awake" && !only.isClosing();
      const screen = isSure ? only.screen() : undefined;
      // What a repair under way is about to write down is nobody's to say.
      const waits = screen?.isCurrent === true && device.storing === 0 ? screen.outbox : [];
      const unsent = waits.filter(({ state }) => state === "queued").map(({ args }) => tokenOf(args));
      disk.clear();
      device.clearedUntil = Infinity;
      return unsent.filter((token) => token !== undefined);
    },
    misplaceCursor(cursor) {
      const { meta } = disk.stores.tables;
      const known = meta.get("device");
      if (known === undefined || known.cursor === null || device.storing > 0) return;
      const storage = disk.open({ contractVersion: device.version });
      void storage
        .transaction("write", ["meta"], async (tx) => tx.putDevice({ ...known, cursor }))
        .finally(storage.close);
    },
    calm() {
      for (const { life, hear, setVisible } of tabs) {
        life.thaw();
        hear("resume");
        setVisible(true);
        // The network is back, and the browser says so: nobody waits for the end of a long backoff (C16).
        hear("network");
      }
      if (alive().every(({ isClosing }) => isClosing())) tabs.push(openCoreTab(device));
    },
    crash() {
      for (const { kill } of tabs) kill();
    },
  };

  function step(what: TabStep): void {
    if (what.what === "open") {
      if (alive().length < MAX_TABS) tabs.push(openCoreTab(device));
      return;
    }
    const tab = picked(alive(), what.pick);
    if (tab === undefined) return;
    switch (what.what) {
      case "close":
        return tab.close();
      case "kill":
        return tab.kill();
      case "hint":
        return tab.hear("network");
      case "hide":
        tab.setVisible(false);
        clock.after(what.forMs, () => tab.setVisible(true));
        return;
      case "freeze":
        // Half of the browsers say so before.
        if (what.pick % 2 === 0) tab.hear("freeze");
        tab.life.freeze();
        clock.after(what.forMs, () => {
          tab.life.thaw();
          tab.hear("resume");
        });
    }
  }
}

/** What was made of these tables, until one of them is another: none is ever changed in place. */
function memoize<Part, Value>(partsOf: () => readonly Part[], make: () => Value): () => Value {
  let last: { readonly parts: readonly Part[]; readonly value: Value } | undefined;
  return () => {
    const parts = partsOf();
    if (last === undefined || parts.some((part, index) => part !== last?.parts[index])) {
      last = { parts, value: make() };
    }
    return last.value;
  };
}

function pulledRows({ stores: { tables } }: CoreDisk): ReadonlyMap<string, PulledRow> {
  const { shown } = pagesOf(tables.meta.get("device"));
  const pages = [...tables.pages.values()].sort((left, right) => left.key - right.key);
  const rows = foldPages(pages.filter(({ key }) => key <= shown));
  return new Map(
    rows.map((row) => [`${row.entity}/${row.id}`, { ...row, value: { ...row.value, id: row.id } }] as const),
  );
}

function keptOperations({ stores: { tables } }: CoreDisk): readonly KeptOperation[] {
  const device = tables.meta.get("device");
  const settledUntil = device === undefined ? 0 : settledKey(device);
  return [
    ...[...tables.outbox.values()].map((operation) => ({
      ...operation,
      state: operation.key <= settledUntil ? ("settled" as const) : ("queued" as const),
    })),
    ...[...tables.deadLetters.values()].map(({ operation }) => ({ ...operation, state: "refused" as const })),
  ];
}
