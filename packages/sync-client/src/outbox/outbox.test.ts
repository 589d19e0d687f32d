import { defineSyncContract } from "@tidemark/api/contracts";
import { expect, it } from "vitest";
import * as z from "zod";
import { readContract } from "../contract.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { createOutbox } from "./outbox.ts";

const contract = readContract(
  defineSyncContract({
    name: "texts",
    version: 1,
    entities: {},
    operations: {
      "text.keep": { args: z.strictObject({ text: z.string() }) },
      "text.ask": { args: z.strictObject({ text: z.string().refine(async (text) => text !== "taken") }) },
    },
  }),
);

function open() {
  let ids = 0;
  const queued: unknown[] = [];
  const outbox = createOutbox({
    contract,
    storage: createMemoryStorage(createMemoryDisk()),
    clock: { now: () => 0, after: () => () => {} },
    newId: () => `id ${(ids += 1)}`,
    opened: async () => {},
    baseOf: () => undefined,
    onQueued: (operations) => void queued.push(...operations.map(({ args }) => args)),
  });
  return { outbox, queued };
}

it("C2: calls keep their order behind a schema that answers later", async () => {
  const { outbox, queued } = open();
  const texts = ["first", "second", "third", "fourth"].map((text) => ({ text }));
  const [first, second, third, fourth] = texts;
  await Promise.all([
    outbox.enqueue("text.ask", first),
    outbox.enqueue("text.keep", second),
    outbox.transaction((note) => void note("text.ask", third)),
    outbox.enqueue("text.keep", fourth),
  ]);
  expect(queued.slice(0, 2)).toEqual([first, second]);
  expect(queued).toHaveLength(4);
});

it("C3: a call that is refused later holds up nothing behind it", async () => {
  const { outbox, queued } = open();
  const refused = outbox.enqueue("text.ask", { text: "taken" });
  const kept = outbox.enqueue("text.keep", { text: "kept" });
  await expect(refused).rejects.toMatchObject({ code: "INVALID_ARGUMENTS" });
  await kept;
  expect(queued).toEqual([{ text: "kept" }]);
});
