import { TidemarkError } from "@tidemark/api/errors";
import {
  createSyncEngine,
  pullInput,
  pushInput,
  type OperationHandlers,
  type SignText,
  type SyncEngine,
  type SyncPolicy,
} from "@tidemark/api/server";
import { listsContract, type ListsContract } from "./lists-contract.ts";
import { createListsHandlers, listsPolicy, type ListsTx } from "./lists-server.ts";
import type { Answer } from "./network.ts";
import { createNodeLife, type DatabaseWeather, type NodeLife } from "./node-life.ts";
import type { Oracle, Watched } from "./oracle.ts";
import type { Random } from "./random.ts";
import { LIST_ENTITIES, type CreateServerDatabase } from "./server-database.ts";
import { createSimulatedStore, currentRequest, type ListsStore, type RequestSight } from "./simulated-store.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What an engine is made of. */
export interface ServerParts {
  readonly store: ListsStore;
  readonly policy: SyncPolicy<ListsTx>;
  readonly handlers: OperationHandlers<ListsContract, ListsTx>;
  readonly sign: SignText;
  /** The server's clock, in milliseconds. */
  readonly now: () => number;
  /** The oldest contract that is taken. */
  readonly oldestVersion: number;
  readonly newId: () => string;
}
export type ListsEngine = Pick<SyncEngine<ListsContract, ListsTx>, "push" | "pull" | "rerunParked">;

/** Makes an engine worse than it is. */
export interface Mutation {
  readonly parts?: (parts: ServerParts) => ServerParts;
  readonly engine?: (engine: ListsEngine, parts: ServerParts) => ListsEngine;
}

interface Node {
  readonly life: NodeLife;
  readonly store: ListsStore;
  readonly engine: ListsEngine;
}

export interface ServerDeps {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: DatabaseWeather;
  readonly oracle: Oracle;
  readonly mutation: Mutation;
  readonly nodes: number;
  readonly createDatabase: CreateServerDatabase;
}

/** Nobody forges cursors here, so a checksum (FNV-1a) will do for a MAC; it is ten times as fast. */
const sign: SignText = (text) => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
};

export const createEngine = (parts: ServerParts): ListsEngine =>
  createSyncEngine({ contract: listsContract, ...parts });

/** Server processes over one database, to be killed, started and given an older backup. */
export function createServer(deps: ServerDeps) {
  const { time, random, weather, oracle, mutation } = deps;
  let ids = 0;
  let oldestVersion = 1;
  let isBroken = true;
  const handlers = createListsHandlers({ isBroken: () => isBroken });
  const isoNow = () => new Date(time.now()).toISOString();
  const database = deps.createDatabase({ now: isoNow, commitCount: oracle.commitCount });
  const nodes: Node[] = Array.from({ length: deps.nodes }, startNode);

  function startNode(): Node {
    const life = createNodeLife({ time, random, weather });
    const store = createSimulatedStore({
      store: database.storeOf(life),
      life,
      committed: oracle.committed,
      commitCount: oracle.commitCount,
    });
    const sound: ServerParts = {
      store,
      policy: listsPolicy,
      handlers,
      sign,
      now: time.now,
      oldestVersion,
      newId: () => `id ${(ids += 1)}`,
    };
    const parts = mutation.parts?.(sound) ?? sound;
    const engine = createEngine(parts);
    return { life, store, engine: mutation.engine?.(engine, parts) ?? engine };
  }

  return {
    async serve(watched: Watched, kind: "push" | "pull", body: string): Promise<Answer | undefined> {
      const { life, engine } = random.pick(nodes);
      if (!life.isAlive) return undefined;
      try {
        const { output, check } = await (kind === "push" ? push(engine, watched, body) : pull(engine, watched, body));
        if (!life.isAlive) return undefined;
        check();
        return { ok: true, body: JSON.stringify(output) };
      } catch (error) {
        if (!life.isAlive) return undefined;
        if (error instanceof TidemarkError) return { ok: false, code: error.code, details: error.details };
        oracle.breaks("I6", `The server failed: ${String(error)}`);
        return { ok: false, code: "INTERNAL", details: {} };
      }
    },

    /** Changes the database beside the engine; nothing comes of it when the process dies meanwhile. */
    administer: (work: (tx: ListsTx) => Promise<void>) => operate(({ store }) => store.write(({ tx }) => work(tx))),

    /** Forgets what was deleted before so many milliseconds. */
    prune: (keepMs: number) =>
      operate(({ store }) => store.pruneDeletions(new Date(time.now() - keepMs).toISOString())),

    /** The bug that operations failed on is no more. */
    mend: () => void (isBroken = false),

    /** Runs what is parked again; answers whether it came to its end. */
    rerunParked: () => operate(({ engine }) => engine.rerunParked()),

    /** From its next start on the server takes no older app. */
    retire: (oldest: number) => void (oldestVersion = oldest),

    kill(index: number): void {
      nodes[index % nodes.length]?.life.end();
    },

    /** Starts every process that is dead. */
    start(): void {
      for (const [index, { life }] of nodes.entries()) if (!life.isAlive) nodes[index] = startNode();
    },

    backUp: database.backUp,

    /** Every process dies and the last backup takes the database's place; answers the commit that it was taken after. */
    restore(): number | undefined {
      const index = database.backupIndex();
      if (index === undefined) return undefined;
      stop();
      database.restore();
      return index;
    },

    /** Every process dies, for good. */
    stop,

    async rows(): Promise<readonly { readonly key: string; readonly value: object }[]> {
      const reader = createNodeLife({ time, random, weather: { pause: 0, pauseMs: 0, away: 0 } });
      return database.storeOf(reader).read(async ({ tx }) => {
        const found: { readonly key: string; readonly value: object }[] = [];
        for (const entity of LIST_ENTITIES) {
          for (const row of await tx.list(entity)) found.push({ key: `${entity}/${row.id}`, value: row });
        }
        return found;
      });
    },
  };

  function stop(): void {
    for (const { life } of nodes) life.end();
  }

  /** Work of an operator on some process that runs; it may die meanwhile, and the database may be away. */
  async function operate(work: (node: Node) => Promise<unknown>): Promise<boolean> {
    const node = nodes.find(({ life }) => life.isAlive);
    if (node === undefined) return false;
    try {
      await work(node);
      return true;
    } catch (error) {
      if (!(error instanceof TidemarkError && error.code === "UNAVAILABLE")) throw error;
      return false;
    }
  }

  async function push(engine: ListsEngine, watched: Watched, body: string) {
    const input = pushInput.parse(JSON.parse(body));
    oracle.acknowledges(input.deviceId, input.ackSeq);
    oracle.pushed(watched, input);
    const output = await engine.push({ id: watched.userId }, input);
    return { output, check: () => oracle.pushAnswered(input, output) };
  }

  async function pull(engine: ListsEngine, watched: Watched, body: string) {
    const input = pullInput.parse(JSON.parse(body));
    oracle.acknowledges(input.deviceId, input.ackSeq);
    const sight: RequestSight = { snapshot: undefined };
    const output = await currentRequest.run(sight, () => engine.pull({ id: watched.userId }, input));
    const pulled = { input, output, snapshot: sight.snapshot ?? oracle.commitCount() };
    return { output, check: () => oracle.pullAnswered(watched, pulled) };
  }
}
export type Server = ReturnType<typeof createServer>;
