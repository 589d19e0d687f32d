import type { PullOutput, PushInput, PushOutput } from "@tidemark/api/contracts";
import { settledKey } from "../../../src/storage/stored-state.ts";
import type { StorageTransaction, StoreName } from "../../../src/storage/sync-storage.ts";
import type { CoreDisk } from "../core/core-disk.ts";
import type { TabDeps, Worsen } from "../core/core-tab.ts";
import type { Reshape } from "../run-seeds.ts";
import { withSleepers } from "../sleepers.ts";
import type { Invariant } from "../violation.ts";

/** A client that is worse than ours in one way: what it is given lies to it, or does not do what it asks. */
export interface ClientBug {
  readonly name: string;
  /** What may be noticed first. */
  readonly breaks: readonly Invariant[];
  readonly worsen: Worsen;
  /** The worlds that show it, where others hardly do. */
  readonly reshape?: Reshape;
}

const changePush =
  (change: {
    readonly input?: (input: PushInput, disk: CoreDisk) => PushInput;
    readonly output?: (output: PushOutput) => PushOutput;
  }): Worsen =>
  (deps, disk) => ({
    ...deps,
    transport: {
      ...deps.transport,
      async push(input, options) {
        const output = await deps.transport.push(change.input?.(input, disk) ?? input, options);
        return change.output?.(output) ?? output;
      },
    },
  });

const changePull =
  (change: (output: PullOutput) => PullOutput): Worsen =>
  (deps) => ({
    ...deps,
    transport: {
      ...deps.transport,
      pull: async (request, options) => change(await deps.transport.pull(request, options)),
    },
  });

type Change = (transaction: StorageTransaction, stores: readonly StoreName[]) => Partial<StorageTransaction>;

/** Puts other calls into every transaction of a kind. */
const changeTransactions =
  (kind: "read" | "write", change: Change): Worsen =>
  (deps) => ({
    ...deps,
    storage: {
      ...deps.storage,
      transaction: (mode, stores, work) =>
        deps.storage.transaction(mode, stores, (transaction) =>
          work(
            (mode === "read") === (kind === "read") ? { ...transaction, ...change(transaction, stores) } : transaction,
          ),
        ),
    },
  });

const changeReads = (change: Change): Worsen => changeTransactions("read", change);
const changeWrites = (change: Change): Worsen => changeTransactions("write", change);

/** Verdicts come with dead letters; so does a device that begins anew, which alone appends there and lists all. */
const storesVerdicts = (stores: readonly StoreName[]): boolean =>
  [...stores].sort().join() === "deadLetters,meta,outbox";

const muteChannel =
  (type: string) =>
  (deps: TabDeps): TabDeps => ({
    ...deps,
    channel: { ...deps.channel, post: (message) => void (message.type === type || deps.channel.post(message)) },
  });

export const bugsOfClients: readonly ClientBug[] = [
  {
    name: "an operation leaves the outbox and its refusal is not stored",
    breaks: ["I1", "I4", "I10"],
    worsen: changeWrites(({ put }) => ({
      put: (store, value) => void (store === "deadLetters" || put(store, value)),
    })),
  },
  {
    name: "an applied operation is forgotten before a pull shows it",
    breaks: ["I1", "I4"],
    worsen: changeWrites(({ putDevice, trim }, stores) => ({
      putDevice(device) {
        putDevice(device);
        if (storesVerdicts(stores)) trim("outbox", settledKey(device));
      },
    })),
  },
  {
    name: "a repeated operation counts as applied, whatever its first verdict was",
    breaks: ["I1", "I4"],
    worsen: changePush({
      output: (output) => ({
        ...output,
        results: output.results.map((result) =>
          result.status === "duplicate" ? { id: result.id, seq: result.seq, status: "applied" } : result,
        ),
      }),
    }),
  },
  {
    name: "a verdict is confirmed before a pull has shown it",
    breaks: ["I1", "I2"],
    worsen: changePush({
      // What names its first place comes to no harm by it.
      input: (input, { stores: { tables } }) => ({
        ...input,
        ackSeq: tables.meta.get("device")?.ackSeq ?? 0,
        ops: input.ops.map(({ origin: _unsaid, ...operation }) => operation),
      }),
    }),
  },
  {
    name: "a push cuts a group in two",
    breaks: ["I5"],
    worsen: changePush({
      input: (input) => ({ ...input, ops: input.ops.map(({ group: _cut, ...operation }) => operation) }),
    }),
  },
  {
    name: "pages are shown before the last one is here",
    breaks: ["I4", "I5", "I8"],
    worsen: changePull((output) => ({ ...output, hasMore: false })),
  },
  {
    name: "a lost scope is not purged",
    breaks: ["I7"],
    worsen: changePull((output) => ({ ...output, removedScopes: [] })),
  },
  {
    name: "removedScopes is applied last",
    breaks: ["I4", "I5", "I8"],
    worsen: changePull((output) => ({
      ...output,
      changes: output.changes.filter(({ scope }) => !output.removedScopes.includes(scope)),
    })),
  },
  {
    name: "a pull from nothing leaves the rows that are gone",
    breaks: ["I4", "I7", "I8"],
    worsen: changeWrites(({ put }) => ({
      put: (store, value) => put(store, "isFirst" in value ? { ...value, isFirst: false } : value),
    })),
  },
  {
    name: "a pull's deletions are not stored",
    breaks: ["I8"],
    worsen: changePull((output) => ({ ...output, changes: output.changes.filter(({ value }) => value !== null) })),
  },
  {
    name: "a reset makes new operation ids",
    breaks: ["I1", "I2"],
    worsen: (deps, disk) =>
      changeWrites(({ append }, stores) => ({
        append: (operations) =>
          append(
            storesVerdicts(stores) ? operations.map((operation) => ({ ...operation, id: deps.newId() })) : operations,
          ),
      }))(deps, disk),
  },
  {
    name: "what is queued again does not say where it was queued first",
    breaks: ["I2"],
    worsen: changePush({
      input: (input) => ({ ...input, ops: input.ops.map(({ origin: _unsaid, ...operation }) => operation) }),
    }),
    reshape: withSleepers,
  },
  {
    name: "a reset loses what was applied and not shown",
    breaks: ["I1", "I4", "I6"],
    worsen: changeWrites(({ get, list }, stores) => ({
      async list(store, options) {
        const isWhole = store === "outbox" && options === undefined;
        const device = storesVerdicts(stores) && isWhole ? await get("meta", "device") : undefined;
        return list(store, device === undefined ? options : { ...options, from: settledKey(device) + 1 });
      },
    })),
  },
  {
    name: "a device that begins anew does not store what waits",
    breaks: ["I1"],
    worsen: changeWrites(({ append }, stores) => ({
      append: async (operations) => (storesVerdicts(stores) ? 1 : append(operations)),
    })),
  },
  {
    name: "what an older app has queued is not upgraded",
    breaks: ["I4", "I1"],
    // Only what is given up is written there otherwise.
    worsen: changeWrites(({ put }) => ({
      put: (store, value) => void ((store === "outbox" && !("retired" in value)) || put(store, value)),
    })),
  },
  {
    name: "a tab that opens does not read what waits",
    breaks: ["I4", "I6", "I10"],
    worsen: changeReads(({ list }, stores) => ({
      list: async (store, options) => (store === "outbox" && stores.includes("pages") ? [] : list(store, options)),
    })),
  },
  {
    name: "a robbed leader goes on as if it led",
    breaks: ["I1", "I2", "I4", "I6", "I8", "I10"],
    worsen: (deps) => ({
      ...deps,
      locks: {
        hold: async (...request) => {
          const end = await deps.locks.hold(...request);
          return end === "stolen" ? new Promise<never>(() => {}) : end;
        },
      },
    }),
  },
  {
    name: "a tab misses the first page of what another tab has pulled",
    breaks: ["I4", "I5", "I6"],
    worsen: changeReads(({ list }) => ({
      list: async (store, options) =>
        list(store, store === "pages" && options?.from ? { from: options.from + 1 } : options),
    })),
  },
  {
    name: "a leader does not say what it has pulled",
    breaks: ["I4", "I10"],
    worsen: muteChannel("changed"),
  },
];
