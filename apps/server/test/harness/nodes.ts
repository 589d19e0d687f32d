import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PullOutput, PushInput, PushOutput } from "@tidemark/api/server";
import { createLessonStore, createUserStore } from "@tidemark/db";
import { startPostgres } from "@tidemark/db/testing";
import { compose, type Server } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { operationId } from "./device.ts";

/** Several whole servers in this process on one Postgres, as a deployment's nodes are; driven without HTTP. */
export interface Nodes {
  readonly all: readonly Server[];
  /** The nodes in turn, as a load balancer gives them. */
  next(): Server;
  close(): Promise<void>;
}

export async function openNodes({ url, count = 2 }: { readonly url: string; readonly count?: number }): Promise<Nodes> {
  const dataDir = await mkdtemp(join(tmpdir(), "tidemark-nodes-"));
  const env = { DATABASE_URL: url, DATA_DIR: dataDir, DATABASE_POOL_SIZE: "20", JWT_SECRET: "nodes ".repeat(8) };
  const { config, problems } = parseConfig(env);
  if (config === undefined) throw new TypeError(problems.join("\n"));
  const logger = createLogger({ level: "error" });
  const all: Server[] = [];
  for (let index = 0; index < count; index += 1) all.push(await compose({ config, logger }));
  let turns = 0;
  return {
    all,
    next: () => {
      const node = all[turns % all.length];
      turns += 1;
      if (node === undefined) throw new Error("There are no nodes.");
      return node;
    },
    close: async () => {
      await Promise.all(all.map(({ database }) => database.close()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Nodes on a database of their own; what is opened is closed with them. */
export async function openNodesOnPostgres(): Promise<Nodes & { readonly url: string }> {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const nodes = await openNodes({ url });
  return {
    ...nodes,
    url,
    close: async () => {
      await nodes.close();
      await postgres.close();
    },
  };
}

export interface SmallSchool {
  readonly userIds: readonly string[];
  readonly lessonIds: readonly string[];
}

/** People who are all participants of all lessons. */
export async function writeSchool(
  { database }: Server,
  { people, lessons }: { readonly people: number; readonly lessons: number },
): Promise<SmallSchool> {
  const [userStore, lessonStore] = [createUserStore(), createLessonStore()];
  const userIds = Array.from({ length: people }, () => randomUUID());
  const lessonIds = Array.from({ length: lessons }, () => randomUUID());
  await database.transaction(async (tx) => {
    for (const id of userIds) {
      await userStore.insert(tx, { id, email: `${id}@example.org`, name: "Racer", passwordHash: "none" });
    }
    for (const lessonId of lessonIds) {
      await lessonStore.insert(tx, { id: lessonId, title: "Race", startsAt: "2026-11-22T10:00:00Z" });
      for (const userId of userIds) {
        await lessonStore.addParticipant(tx, { id: randomUUID(), lessonId, userId, role: "participant" });
      }
    }
  });
  return { userIds, lessonIds };
}

/** A push of one message; `text` is what a test finds it by. */
export function messagePush(device: { readonly deviceId: string; readonly seq: number }, args: MessageArgs): PushInput {
  const { deviceId, seq } = device;
  const at = "2026-11-22T10:00:00.000Z";
  return { deviceId, ops: [{ id: operationId(), seq, name: "chat.send", args: { id: randomUUID(), ...args }, at }] };
}

export interface MessageArgs {
  readonly lessonId: string;
  readonly text: string;
}

export const statusesOf = ({ results }: PushOutput): string[] => results.map(({ status }) => status);

export type PulledChange = PullOutput["changes"][number];

/** A reader that pulls from the nodes in turn and keeps every change it is given. */
export function createReader(nodes: Nodes, userId: string) {
  const deviceId = randomUUID();
  const changes: PulledChange[] = [];
  let cursor: string | null = null;
  return {
    changes,
    /** One page; answers how many changes it brought. */
    pull: async (limit = 100): Promise<number> => {
      const page: PullOutput = await nodes.next().engine.pull({ id: userId }, { deviceId, cursor, limit });
      changes.push(...page.changes);
      ({ cursor } = page);
      return page.changes.length;
    },
  };
}

/** Versions of each scope in the order in which they were pulled. */
export function versionsByScope(changes: readonly PulledChange[]): ReadonlyMap<string, readonly number[]> {
  const grouped = Map.groupBy(changes, ({ scope }) => scope);
  return new Map([...grouped].map(([scope, own]) => [scope, own.map(({ version }) => version)]));
}

/** 1, 2, 3 … n */
export const countTo = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);
