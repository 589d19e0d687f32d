import type { PushInput } from "@tidemark/api/server";
import { compose, type Server } from "@tidemark/server/compose";
import { parseConfig } from "@tidemark/server/config";
import { createLogger } from "@tidemark/server/logger";
import { POOL_SIZE, type Operation, type System, type Writer } from "./system.ts";

/** The product's own engine, store, handlers and policy, composed as in the running server, called without HTTP. */
export async function composeServer({ url, dataDir }: { readonly url: string; readonly dataDir: string }) {
  const env = { DATABASE_URL: url, DATA_DIR: dataDir, DATABASE_POOL_SIZE: String(POOL_SIZE), DEMO: "false" };
  const { config, problems } = parseConfig(env);
  if (config === undefined) throw new TypeError(problems.join("\n"));
  return compose({ config, logger: createLogger({ level: "error" }) });
}

export function createEngineSystem(server: Server): System {
  return {
    name: "engine",
    push: async (writer, operations) => {
      const { results } = await server.engine.push({ id: writer.userId }, toPush(writer, operations));
      refuseUnapplied(results);
    },
    close: () => server.database.close(),
  };
}

/** The writer's next push; takes its sequence numbers. */
export function toPush(writer: Writer, operations: readonly Operation[]): PushInput {
  const firstSeq = writer.nextSeq;
  writer.nextSeq += operations.length;
  return {
    deviceId: writer.deviceId,
    ops: operations.map(({ id, messageId, lessonId, text }, index) => ({
      id,
      seq: firstSeq + index,
      name: "chat.send",
      args: { id: messageId, lessonId, text },
      at: "2026-11-22T10:00:00.000Z",
    })),
  };
}

export function refuseUnapplied(results: readonly { readonly status: string }[]): void {
  const refused = results.find(({ status }) => status !== "applied");
  if (refused !== undefined) throw new Error(`An operation was not applied: ${JSON.stringify(refused)}`);
}
