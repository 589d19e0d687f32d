import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PullOutput } from "./sync-protocol.ts";
import { add, ann, batch, deviceIdOf, openTodos, operation, type Todos } from "./todo-fixture.ts";

const LISTS = ["home", "work", "shed"] as const;

type Step =
  | { readonly kind: "add"; readonly list: (typeof LISTS)[number] }
  | { readonly kind: "finish" | "remove"; readonly which: number }
  | { readonly kind: "pull"; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("add"), list: fc.constantFrom(...LISTS) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("finish", "remove"), which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pull"), limit: fc.integer({ min: 1, max: 4 }) }) },
);

/** A device that keeps what it pulls, and checks that no page repeats or goes back. */
function createReader(todos: Todos) {
  const rows = new Map<string, unknown>();
  const versions = new Map<string, number>();
  let cursor: string | null = null;
  return {
    rows,
    async pull(limit: number): Promise<PullOutput> {
      const page: PullOutput = await todos.engine.pull(ann, { deviceId: deviceIdOf(9), cursor, limit });
      cursor = page.cursor;
      expect(page.changes.length).toBeLessThanOrEqual(limit);
      for (const { scope, id, version, value } of page.changes) {
        expect(version, `${scope} only goes on`).toBeGreaterThan(versions.get(scope) ?? 0);
        versions.set(scope, version);
        if (value === null) rows.delete(id);
        else rows.set(id, value);
      }
      return page;
    },
    async pullAll(limit: number) {
      while ((await this.pull(limit)).hasMore);
    },
  };
}

const settle = (todos: Todos, seq: number, written: Exclude<Step, { kind: "pull" }>) =>
  todos.engine.push(
    ann,
    batch([
      written.kind === "add"
        ? add(seq, { listId: written.list })
        : operation(seq, `todo.${written.kind}`, { id: `todo ${written.which}` }),
    ]),
  );

const openLists = async () => {
  const todos = await openTodos();
  for (const list of LISTS) await todos.setMember(list, ann);
  return todos;
};

describe("the pages of a pull", () => {
  it("S19 I8: cover every change exactly once while writers go on, however they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
        const todos = await openLists();
        const reader = createReader(todos);
        let seq = 0;
        for (const next of steps) {
          if (next.kind === "pull") await reader.pull(next.limit);
          else await settle(todos, (seq += 1), next);
        }
        await reader.pullAll(limit);
        const expected = new Map((await todos.todos()).map((row) => [row.id, row]));
        expect(reader.rows).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("S19 I8: cover every row while pushes of many devices run at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...LISTS), { minLength: 4, maxLength: 16 }),
        async (scheduler, lists) => {
          const todos = await openLists();
          const reader = createReader(todos);
          const pushes = lists.map(async (listId, index) => {
            await scheduler.schedule(Promise.resolve());
            const input = batch([add(1, { id: `todo ${index}`, listId }, { id: `operation ${index}` })]);
            await todos.engine.push(ann, { ...input, deviceId: deviceIdOf(100 + index) });
          });
          const pulls = (async () => {
            for (let count = 0; count < 6; count += 1) {
              await scheduler.schedule(Promise.resolve());
              await reader.pull(2);
            }
          })();
          await scheduler.waitFor(Promise.all([...pushes, pulls]));
          await reader.pullAll(3);
          expect(reader.rows.size).toBe(lists.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
