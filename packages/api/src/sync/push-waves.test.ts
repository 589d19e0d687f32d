import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { defineSyncContract } from "./sync-contract.ts";
import { createSyncEngine } from "./sync-engine.ts";
import { ann, batch, operation, signWith } from "./todo-fixture.ts";

const task = z.object({ id: z.string(), room: z.string() });

/** Tasks whose handlers note when they begin and end; each gives all that may run beside it the time to begin. */
async function runTasks(tasks: readonly (readonly [name: "task.apart" | "task.inTurn", room: string])[]) {
  const log: string[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const apply = async ({ args: { id } }: { readonly args: z.infer<typeof task> }) => {
    log.push(`${id} begins`);
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await new Promise((resolve) => void setImmediate(resolve));
    running -= 1;
    log.push(`${id} ends`);
  };
  const engine = createSyncEngine({
    contract: defineSyncContract({
      name: "tasks",
      version: 1,
      entities: {},
      operations: { "task.apart": { args: task }, "task.inTurn": { args: task } },
    }),
    handlers: { "task.apart": { independentBy: ({ room }) => room, apply }, "task.inTurn": apply },
    policy: { authorize: async () => ({ allowed: true }), readableScopes: async () => [] },
    store: createMemorySyncStore<Record<string, { readonly id: string }>>(),
    sign: signWith("key"),
    now: () => 0,
    newId: () => "unused",
  });
  const ops = tasks.map(([name, room], index) => operation(index + 1, name, { id: `${index + 1}`, room }));
  const { results } = await engine.push(ann, batch(ops));
  return { log, mostAtOnce, statuses: new Set(results.map(({ status }) => status)) };
}

/** The log of tasks that follow each other. */
const inTurn = (count: number) =>
  Array.from({ length: count }, (_, index) => [`${index + 1} begins`, `${index + 1} ends`]).flat();

describe("the operations of one transaction", () => {
  it("S27: follow each other unless their handlers say that they touch different things", async () => {
    const { log, statuses } = await runTasks([
      ["task.inTurn", "a"],
      ["task.inTurn", "b"],
      ["task.inTurn", "c"],
    ]);
    expect(log).toEqual(inTurn(3));
    expect(statuses).toEqual(new Set(["applied"]));
  });

  it("S27: run at the same time where they touch different things, begun in their order", async () => {
    const { log, mostAtOnce } = await runTasks([
      ["task.apart", "a"],
      ["task.apart", "b"],
      ["task.apart", "c"],
    ]);
    expect(mostAtOnce).toBe(3);
    expect(log.slice(0, 3)).toEqual(["1 begins", "2 begins", "3 begins"]);
  });

  it("S27: follow each other where they touch the same thing", async () => {
    const { log, mostAtOnce } = await runTasks([
      ["task.apart", "a"],
      ["task.apart", "b"],
      ["task.apart", "a"],
      ["task.apart", "b"],
    ]);
    expect(mostAtOnce).toBe(2);
    expect(log.indexOf("3 begins")).toBeGreaterThan(log.indexOf("1 ends"));
    expect(log.indexOf("4 begins")).toBeGreaterThan(log.indexOf("2 ends"));
  });

  it("S27: never overtake one that runs alone, nor run beside it", async () => {
    const { log } = await runTasks([
      ["task.apart", "a"],
      ["task.inTurn", "b"],
      ["task.apart", "c"],
    ]);
    expect(log).toEqual(inTurn(3));
  });
});
