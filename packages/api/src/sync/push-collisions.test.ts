import { expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import type { SyncStore } from "./sync-store.ts";
import { add, ann, batch, deviceIdOf, openTodos, type TodoTx } from "./todo-fixture.ts";

it("S3 I2: an operation that is refused under two device ids at the same moment has one verdict", async () => {
  let isRefused = false;
  let collide: (() => Promise<unknown>) | undefined;
  /** Lets the other device go first, between the look at the known verdicts and the storing of this one. */
  const wrapStore = (store: SyncStore<TodoTx>): SyncStore<TodoTx> => ({
    ...store,
    write: (work) =>
      store.write((transaction) =>
        work({
          ...transaction,
          async saveVerdicts(...verdicts) {
            const other = isRefused ? collide : undefined;
            if (other !== undefined) collide = undefined;
            await other?.();
            return transaction.saveVerdicts(...verdicts);
          },
        }),
      ),
  });
  const { engine, faults } = await openTodos({ wrapStore });
  faults.afterAdd = () => {
    isRefused = true;
    throw new TidemarkError("CONFLICT", { message: "The list is full." });
  };
  const pushAs = (device: number) => engine.push(ann, batch([add(1)], { deviceId: deviceIdOf(device) }));
  collide = () => pushAs(2);
  const { results, lastSeq } = await pushAs(1);
  const [first] = (await pushAs(2)).results;
  expect(first?.status === "duplicate" && first.of?.error?.message).toBe("The list is full.");
  expect(results).toEqual([first]);
  expect(lastSeq).toBe(1);
});
