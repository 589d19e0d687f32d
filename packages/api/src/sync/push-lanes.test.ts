import { describe, expect, it } from "vitest";
import { createLanes } from "./push-lanes.ts";

interface Parcel {
  readonly name: string;
  readonly sender?: string;
  readonly size?: number;
}

/** Lanes whose runs end when the test says so. */
function openLanes({ maxSize = 10, parallelRuns = 1 } = {}) {
  const runs: {
    readonly names: readonly string[];
    readonly finish: () => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  const lanes = createLanes<Parcel, string>({
    maxSize,
    parallelRuns,
    sizeOf: ({ size = 1 }) => size,
    exclusiveKeyOf: ({ sender, name }) => sender ?? name,
    run: (parcels) =>
      new Promise((resolve, reject) => {
        const names = parcels.map(({ name }) => name);
        const outcomes = names.map((name): PromiseSettledResult<string> =>
          name.startsWith("bad")
            ? { status: "rejected", reason: new Error(name) }
            : { status: "fulfilled", value: name },
        );
        runs.push({ names, finish: () => resolve(outcomes), fail: reject });
      }),
  });
  const nextRun = (index: number) => expect.poll(() => runs[index]?.names);
  return { lanes, runs, nextRun };
}

describe("lanes", () => {
  it("S25: run a lone item at once, and gather for the next run what arrives meanwhile", async () => {
    const { lanes, runs, nextRun } = openLanes();
    const all = ["a", "b", "c"].map((name) => lanes.submit("hot", { name }));
    await nextRun(0).toEqual(["a"]);
    runs[0]?.finish();
    await nextRun(1).toEqual(["b", "c"]);
    runs[1]?.finish();
    expect(await Promise.all(all)).toEqual(["a", "b", "c"]);
  });

  it("do not wait for each other", async () => {
    const { lanes, runs, nextRun } = openLanes();
    const all = [lanes.submit("one", { name: "a" }), lanes.submit("two", { name: "b" })];
    await nextRun(1).toEqual(["b"]);
    for (const { finish } of runs) finish();
    expect(await Promise.all(all)).toEqual(["a", "b"]);
  });

  it("S25 I3: never carry two items of one sender together, nor let a later one overtake; a large one travels alone", async () => {
    const { lanes, runs, nextRun } = openLanes({ maxSize: 3 });
    const parcels: Parcel[] = [
      { name: "start" },
      { name: "a1", sender: "a" },
      { name: "a2", sender: "a" },
      { name: "big", sender: "b", size: 4 },
      { name: "b2", sender: "b" },
      { name: "c1", sender: "c", size: 2 },
    ];
    const all = parcels.map((parcel) => lanes.submit("hot", parcel));
    runs[0]?.finish();
    await nextRun(1).toEqual(["a1", "c1"]);
    runs[1]?.finish();
    await nextRun(2).toEqual(["a2"]);
    runs[2]?.finish();
    await nextRun(3).toEqual(["big"]);
    runs[3]?.finish();
    await nextRun(4).toEqual(["b2"]);
    runs[4]?.finish();
    expect(await Promise.all(all)).toEqual(["start", "a1", "a2", "big", "b2", "c1"]);
  });

  it("fail an item whose run answers for fewer than travelled in it", async () => {
    const lanes = createLanes<string, string>({
      maxSize: 10,
      parallelRuns: 1,
      sizeOf: () => 1,
      exclusiveKeyOf: (item) => item,
      run: async () => [],
    });
    await expect(lanes.submit("hot", "a")).rejects.toThrow("too few outcomes");
  });

  it("S25: give each item its own outcome, and a run's failure to all who travelled in it and to nobody else", async () => {
    const { lanes, runs, nextRun } = openLanes();
    const all = Promise.allSettled(["start", "bad 1", "good"].map((name) => lanes.submit("hot", { name })));
    runs[0]?.fail(new Error("away"));
    await nextRun(1).toEqual(["bad 1", "good"]);
    runs[1]?.finish();
    expect(await all).toMatchObject([
      { status: "rejected", reason: { message: "away" } },
      { status: "rejected", reason: { message: "bad 1" } },
      { status: "fulfilled", value: "good" },
    ]);
  });

  it("S25: have so many runs at a time, which share what waits, and never one sender's items side by side", async () => {
    const { lanes, runs, nextRun } = openLanes({ parallelRuns: 2 });
    const send = (...names: string[]) => names.map((name) => lanes.submit("hot", { name, sender: name.slice(0, 1) }));
    const all = send("a1", "b1", "a2", "c1", "d1", "e1", "a3");
    await nextRun(0).toEqual(["a1"]);
    await nextRun(1).toEqual(["b1", "c1", "d1", "e1"]);
    all.push(...send("f1", "b2"));
    runs[0]?.finish();
    await nextRun(2).toEqual(["a2", "f1"]);
    runs[1]?.finish();
    await nextRun(3).toEqual(["b2"]);
    runs[3]?.finish();
    runs[2]?.finish();
    await nextRun(4).toEqual(["a3"]);
    runs[4]?.finish();
    expect(await Promise.all(all)).toEqual(["a1", "b1", "a2", "c1", "d1", "e1", "a3", "f1", "b2"]);
  });
});
