import { describe, expect, it } from "vitest";
import { add, adds, ann, batch, openTodos } from "./todo-fixture.ts";

describe("a push that confirms verdicts", () => {
  it("S13: forgets verdicts up to ackSeq: a later replay is still a duplicate, without its verdict", async () => {
    const { engine, texts } = await openTodos();
    await engine.push(ann, batch(adds(1, 3)));
    await engine.push(ann, batch([add(4)], { ackSeq: 2 }));
    const output = await engine.push(ann, batch(adds(1, 4), { ackSeq: 2 }));
    expect(output.results.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "duplicate", "duplicate"]);
    expect(output.results.map((result) => "of" in result)).toEqual([false, false, true, true]);
    expect(await texts()).toHaveLength(4);
  });

  it("S13: has the store forget only what it confirms anew", async () => {
    const confirmed: (number | undefined)[] = [];
    const { engine } = await openTodos({
      wrapStore: (store) => ({
        ...store,
        write: (work) =>
          store.write((transaction) =>
            work({
              ...transaction,
              saveVerdicts: (verdicts, devices) => {
                confirmed.push(...devices.map(({ ackSeq }) => ackSeq));
                return transaction.saveVerdicts(verdicts, devices);
              },
            }),
          ),
      }),
    });
    await engine.push(ann, batch(adds(1, 2)));
    for (const ackSeq of [0, 1, 1, 2, 1]) await engine.push(ann, batch([], { ackSeq }));
    expect(confirmed).toEqual([undefined, undefined, 1, undefined, 2, undefined]);
  });
});
