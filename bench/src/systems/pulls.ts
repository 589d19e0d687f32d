import { randomUUID } from "node:crypto";
import type { Server } from "@tidemark/server/compose";
import type { Sql } from "postgres";
import { toPage, type PullSystem } from "../pull.ts";

/** The engine, called without HTTP. */
export function createEnginePulls({ engine }: Server, userId: string): PullSystem {
  const deviceId = randomUUID();
  const user = { id: userId };
  return {
    name: "engine",
    cursorAt: async (lessonId) => {
      const { cursor } = await engine.pull(user, { deviceId, cursor: null, scopes: [`lesson:${lessonId}`], limit: 1 });
      return cursor;
    },
    page: async ({ lessonId, cursor, limit }) =>
      toPage(await engine.pull(user, { deviceId, cursor, scopes: [`lesson:${lessonId}`], limit })),
  };
}

/** The rows by one statement a page, nothing checked, and their JSON. */
export function createBarePulls(sql: Sql): PullSystem {
  return {
    name: "bare",
    cursorAt: async (_lessonId, version) => String(version),
    page: async ({ lessonId, cursor, limit }) => {
      const after = Number(cursor);
      const changes = await sql<{ readonly version: number }[]>`
        select scope, entity, entity_id as id, version::int, value from sync_changes
        where scope = ${`lesson:${lessonId}`} and version > ${after}
        order by version limit ${limit + 1}`;
      const page = changes.slice(0, limit);
      const last = page.at(-1)?.version;
      const hasMore = changes.length > limit;
      return { rows: page.length, cursor: String(last ?? after), hasMore, bytes: JSON.stringify(page).length };
    },
  };
}
