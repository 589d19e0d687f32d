import { changeReads, changeWrites, type PlantedBug } from "./planted-bug.ts";

/** What goes wrong with conflicts, windows, pruned deletions, parked operations, chosen scopes and older apps. */
export const bugsOfYears: readonly PlantedBug[] = [
  {
    name: "who loses a value is not told",
    breaks: ["I9"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, ({ recordChanges }) => ({
          recordChanges: (changes) => recordChanges(changes.filter(({ entity }) => entity !== "conflict")),
        })),
    }),
  },
  {
    name: "what an author has not seen is overwritten",
    breaks: ["I9"],
    plant: () => ({
      engine: (engine) => ({
        ...engine,
        push: (user, input) =>
          engine.push(user, { ...input, ops: input.ops.map(({ base: _base, ...operation }) => operation) }),
      }),
    }),
  },
  {
    name: "a device conflicts with itself",
    breaks: ["I9"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, ({ lockRows }) => ({
          async lockRows(rows) {
            const found = await lockRows(rows);
            return found.map((row) => ({
              ...row,
              marks: Object.fromEntries(
                Object.entries(row.marks).map(([field, mark]) => [field, { ...mark, deviceId: "another" }]),
              ),
            }));
          },
        })),
    }),
  },
  {
    name: "a first pull brings every line of a log",
    breaks: ["I8"],
    plant: () => ({
      parts: (parts) => changeReads(parts, () => ({ windowStarts: async (queries) => queries.map(() => 0) })),
    }),
  },
  {
    name: "a first pull leaves out the newest line",
    breaks: ["I8"],
    plant: () => ({
      parts: (parts) =>
        changeReads(parts, () => ({ windowStarts: async (queries) => queries.map(({ upTo }) => upTo) })),
    }),
  },
  {
    name: "a cursor from before the kept deletions goes on",
    breaks: ["I8"],
    plant: () => ({
      parts: (parts) =>
        changeReads(parts, ({ scopeVersions }) => ({
          async scopeVersions(scopes) {
            const versions = await scopeVersions(scopes);
            return new Map([...versions].map(([scope, { version }]) => [scope, { version, prunedUntil: 0 }]));
          },
        })),
    }),
  },
  {
    name: "what was run again stays parked",
    breaks: ["I2", "I6"],
    plant: () => ({ parts: (parts) => changeWrites(parts, () => ({ removeParked: async () => {} })) }),
  },
  {
    name: "one of a group is run again alone",
    breaks: ["I5"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, ({ takeParked }) => ({
          async takeParked(after) {
            const taken = await takeParked(after);
            if (taken === undefined) return undefined;
            const { group: _group, ...operation } = taken.operation;
            return { ...taken, operation };
          },
        })),
    }),
  },
  {
    name: "a pull brings scopes that the device did not ask for",
    breaks: ["I8"],
    plant: () => ({
      engine: (engine) => ({ ...engine, pull: (user, { scopes: _scopes, ...input }) => engine.pull(user, input) }),
    }),
  },
  {
    name: "what an older app wrote is taken for today's words",
    breaks: ["I1"],
    plant: () => ({
      engine: (engine) => ({ ...engine, push: (user, { contract: _old, ...input }) => engine.push(user, input) }),
    }),
  },
];
