import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  countTo,
  createReader,
  messagePush,
  openNodesOnPostgres,
  statusesOf,
  versionsByScope,
  writeSchool,
} from "./harness/nodes.ts";
import { createRandom } from "./harness/random.ts";

const isLong = process.env["TIDEMARK_LONG"] === "1";
const PUSHES = isLong ? 200 : 12;
const READERS = 3;
const seed = Number(process.env["TIDEMARK_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

describe("two nodes on one Postgres", () => {
  test.each([
    { writers: 16, scopes: 1 },
    { writers: 64, scopes: 1 },
    { writers: 16, scopes: 100 },
    { writers: 64, scopes: 100 },
  ])(
    `I2 I3 I8: with $writers writers over $scopes scope(s), versions are gapless and readers that never pause skip nothing (seed ${seed})`,
    async ({ writers, scopes }) => {
      const random = createRandom(seed);
      const nodes = await openNodesOnPostgres();
      const { userIds, lessonIds } = await writeSchool(nodes.next(), { people: 8, lessons: scopes });
      const userOf = (index: number) => userIds[index % userIds.length] ?? "";

      const write = async (index: number) => {
        const deviceId = randomUUID();
        for (let seq = 1; seq <= PUSHES; seq += 1) {
          const lessonId = lessonIds[Math.floor(random() * lessonIds.length)] ?? "";
          const input = messagePush({ deviceId, seq }, { lessonId, text: `${index} ${seq}` });
          // Now and then an impatient device asks the other node at the same time.
          const copies = random() < 0.1 ? 2 : 1;
          const outputs = await Promise.all(
            Array.from({ length: copies }, () => nodes.next().engine.push({ id: userOf(index) }, input)),
          );
          expect(outputs.flatMap(statusesOf).toSorted()).toEqual(["applied", "duplicate"].slice(0, copies));
          expect(outputs.map(({ lastSeq }) => lastSeq)).toEqual(outputs.map(() => seq));
        }
      };
      let isWriting = true;
      const readers = Array.from({ length: READERS }, (_, index) => createReader(nodes, userOf(index)));
      const reading = readers.map(async ({ pull }) => {
        while (isWriting) await pull();
        while ((await pull()) > 0);
      });
      await Promise.all(Array.from({ length: writers }, (_, index) => write(index))).finally(() => (isWriting = false));
      await Promise.all(reading);

      for (const { changes } of readers) {
        expect(changes).toHaveLength(writers * PUSHES);
        for (const versions of versionsByScope(changes).values()) expect(versions).toEqual(countTo(versions.length));
        for (const texts of textsByWriter(changes).values()) {
          expect(texts.toSorted((left, right) => left - right)).toEqual(countTo(PUSHES));
          if (scopes === 1) expect(texts, "a device's own order").toEqual(countTo(PUSHES));
        }
      }
      await nodes.close();
    },
  );
});

/** The seqs that each writer's messages name, in the order in which they were pulled. */
function textsByWriter(changes: readonly { readonly value: Readonly<Record<string, unknown>> | null }[]) {
  const pairs = changes.map(({ value }) => String(value?.["text"]).split(" "));
  return new Map(
    [...Map.groupBy(pairs, ([writer]) => writer)].map(([writer, own]) => [writer, own.map(([, seq]) => Number(seq))]),
  );
}
