import { randomUUID } from "node:crypto";
import { TidemarkError, type PushInput } from "@tidemark/api/server";
import { startOwnPostgres, type OwnPostgresServer } from "@tidemark/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  countTo,
  createReader,
  messagePush,
  openNodes,
  versionsByScope,
  writeSchool,
  type Nodes,
} from "./harness/nodes.ts";

const RESTARTS = process.env["TIDEMARK_LONG"] === "1" ? 20 : 2;
const WRITERS = 16;

let postgres: OwnPostgresServer;
let nodes: Nodes;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  nodes = await openNodes({ url: await postgres.createDatabase() });
});
afterAll(async () => {
  await nodes.close();
  await postgres.close();
});

test(`I1 I2: Postgres restarted under load ${RESTARTS} times: pushes are told to try again, both nodes recover, nothing acknowledged is lost or doubled`, async () => {
  const { userIds, lessonIds } = await writeSchool(nodes.next(), { people: 4, lessons: 1 });
  const [lessonId = ""] = lessonIds;
  const userOf = (index: number) => userIds[index % userIds.length] ?? "";
  const acknowledged: string[] = [];
  const refusals = new Set<unknown>();
  let refused = 0;
  let progress = Promise.withResolvers<void>();
  let isWriting = true;

  const write = async (index: number) => {
    const deviceId = randomUUID();
    for (let seq = 1; isWriting; seq += 1) {
      const text = `${index} ${seq}`;
      await pushUntilAnswered(userOf(index), messagePush({ deviceId, seq }, { lessonId, text }));
      acknowledged.push(text);
      progress.resolve();
    }
  };
  const pushUntilAnswered = async (userId: string, input: PushInput): Promise<void> => {
    for (;;) {
      try {
        await nodes.next().engine.push({ id: userId }, input);
        return;
      } catch (error) {
        refused += 1;
        refusals.add(error instanceof TidemarkError ? error.code : error);
        expect(error).toMatchObject({ retryAfterSeconds: expect.any(Number) as number });
      }
    }
  };
  /** Resolves with the next acknowledgement from now. */
  const nextAcknowledgement = () => {
    progress = Promise.withResolvers<void>();
    return progress.promise;
  };

  const writing = Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index)));
  for (let round = 0; round < RESTARTS; round += 1) {
    await nextAcknowledgement();
    await postgres.stop();
    await postgres.start();
    await nextAcknowledgement();
  }
  isWriting = false;
  await writing;

  expect(refused).toBeGreaterThan(0);
  expect([...refusals]).toEqual(["UNAVAILABLE"]);
  const reader = createReader(nodes, userOf(0));
  while ((await reader.pull(1_000)) > 0);
  expect(reader.changes.map(({ value }) => String(value?.["text"])).toSorted()).toEqual(acknowledged.toSorted());
  for (const versions of versionsByScope(reader.changes).values()) expect(versions).toEqual(countTo(versions.length));
});
