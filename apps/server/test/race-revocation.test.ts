import { randomUUID } from "node:crypto";
import { lessonScope } from "@tidemark/api/server";
import { createLessonStore } from "@tidemark/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createReader,
  messagePush,
  openNodesOnPostgres,
  statusesOf,
  writeSchool,
  type Nodes,
  type PulledChange,
} from "./harness/nodes.ts";

const ROUNDS = process.env["TIDEMARK_LONG"] === "1" ? 50 : 6;
const DEVICES = 8;
const lessons = createLessonStore();

let nodes: Nodes;
beforeAll(async () => {
  nodes = await openNodesOnPostgres();
});
afterAll(() => nodes.close());

test(`I7: of a member whose devices never stop pushing to both nodes, nothing commits after the removal (${ROUNDS} removals)`, async () => {
  const { userIds, lessonIds } = await writeSchool(nodes.next(), { people: 2, lessons: 1 });
  const [memberId = "", witnessId = ""] = userIds;
  const [lessonId = ""] = lessonIds;
  const who = { lessonId, userId: memberId };
  const witness = createReader(nodes, witnessId);
  // Who never pulled is told of no deletion.
  await witness.pull();

  for (let round = 0; round < ROUNDS; round += 1) {
    let applied = 0;
    const enough = Promise.withResolvers<void>();
    const refusals: string[] = [];
    const push = async () => {
      const deviceId = randomUUID();
      for (let seq = 1; ; seq += 1) {
        const input = messagePush({ deviceId, seq }, { lessonId, text: "still here" });
        const { results } = await nodes.next().engine.push({ id: memberId }, input);
        const [status] = statusesOf({ epoch: "", lastSeq: seq, results });
        if (status !== "applied") {
          refusals.push(...results.flatMap((result) => ("error" in result && result.error ? [result.error.code] : [])));
          return;
        }
        applied += 1;
        if (applied === DEVICES * 2) enough.resolve();
      }
    };
    const pushing = Promise.all(Array.from({ length: DEVICES }, push));
    await enough.promise;
    await nodes.next().engine.transact(async ({ tx, changes }) => {
      const removed = await lessons.removeParticipant(tx, who);
      if (removed !== undefined) changes.delete("participant", removed);
    });
    await pushing;
    expect(refusals).toEqual(Array.from({ length: DEVICES }, () => "NOT_FOUND"));

    while ((await witness.pull()) > 0);
    expect(lateMessages(witness.changes.splice(0)), "messages with a version after the removal's").toEqual([]);

    const returned = await nodes
      .next()
      .engine.pull({ id: memberId }, { deviceId: randomUUID(), cursor: null, limit: 10 });
    expect(returned.changes.filter(({ scope }) => scope === lessonScope(lessonId))).toEqual([]);
    await nodes
      .next()
      .database.transaction((tx) => lessons.addParticipant(tx, { id: randomUUID(), ...who, role: "participant" }));
  }
});

/** Versions are given in commit order within a scope, so they tell what came after the removal. */
function lateMessages(changes: readonly PulledChange[]): PulledChange[] {
  const removal = changes.find(({ entity, value }) => entity === "participant" && value === null);
  if (removal === undefined) throw new Error("The removal was not pulled.");
  return changes.filter(({ version }) => version > removal.version);
}
