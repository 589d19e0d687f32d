import { randomUUID } from "node:crypto";
import { defineSyncContract } from "@tidemark/api/contracts";
import { createSyncEngine, type SignText } from "@tidemark/api/server";
import { createSyncStore, type Database } from "@tidemark/db";
import type { Sql } from "postgres";
import * as z from "zod";
import { toPage, type FirstPulls } from "../pull.ts";

const message = z.object({ id: z.string(), lessonId: z.string() });

/** The engine over the product's store, with a contract whose messages have a window: the lesson contract has none. */
export function createWindowedPulls(database: Database, window: number): FirstPulls {
  const scopeOf = (row: { readonly lessonId: string }) => `lesson:${row.lessonId}`;
  const user = { id: randomUUID() };
  const sign: SignText = (text) => String(text.length);
  let scope = "";
  const engine = createSyncEngine({
    contract: defineSyncContract({
      name: "windowed",
      version: 1,
      entities: { chatMessage: { schema: message, scopeOf, window } },
      operations: {},
    }),
    handlers: {},
    policy: {
      authorize: async () => ({ allowed: true }),
      readableScopes: async () => [{ scope, grant: 1 }],
    },
    store: createSyncStore(database),
    sign,
    now: () => 0,
    newId: randomUUID,
  });
  const deviceId = randomUUID();
  return {
    name: "engine",
    async pull(lessonId) {
      scope = `lesson:${lessonId}`;
      return toPage(await engine.pull(user, { deviceId, cursor: null, limit: window }));
    },
  };
}

/** The newest rows by one statement, nothing checked, and their JSON. */
export function createBareFirstPulls(sql: Sql, window: number): FirstPulls {
  return {
    name: "bare",
    async pull(lessonId) {
      const rows = await sql`
        select scope, entity, entity_id as id, version::int, value from sync_changes
        where scope = ${`lesson:${lessonId}`} and entity = 'chatMessage' and value is not null
        order by version desc limit ${window}`;
      return { rows: rows.length, cursor: "", hasMore: false, bytes: JSON.stringify(rows.toReversed()).length };
    },
  };
}
