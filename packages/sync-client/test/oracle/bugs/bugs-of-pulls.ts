import { changePulls, changeReads, changeReadsByPull, type PlantedBug } from "./planted-bug.ts";
import { withUnorderedChanges } from "./unordered-changes.ts";

export const bugsOfPulls: readonly PlantedBug[] = [
  {
    name: "the cursor is the newest id of one table (naive cursor)",
    breaks: ["I9", "I5", "I8"],
    plant() {
      let transactions = 0;
      return { parts: (parts) => withUnorderedChanges(parts, () => (transactions += 1) * 1_000) };
    },
  },
  {
    name: "the cursor is the newest updated_at",
    breaks: ["I9", "I5", "I8"],
    plant: () => ({ parts: (parts) => withUnorderedChanges(parts, () => Math.floor(parts.now() * 1_000)) }),
  },
  {
    name: "a full page loses its last row",
    breaks: ["I5", "I8"],
    plant: () => ({
      engine: changePulls(({ hasMore, changes }) => ({ changes: hasMore ? changes.slice(0, -1) : changes })),
    }),
  },
  {
    name: "a page begins with the newest rows",
    breaks: ["I5", "I8"],
    plant: () => ({
      parts: (parts) =>
        changeReads(parts, ({ changesAfter }) => ({
          async changesAfter(positions, limit) {
            const all = await changesAfter(positions, Number.MAX_SAFE_INTEGER);
            const order = new Map(positions.map(({ scope }, index) => [scope, index]));
            const place = (scope: string) => order.get(scope) ?? 0;
            return [...all]
              .sort((left, right) => place(left.scope) - place(right.scope) || right.version - left.version)
              .slice(0, limit);
          },
        })),
    }),
  },
  {
    name: "deletions are left out while a first pull goes on",
    breaks: ["I8"],
    plant: () => ({
      parts: (parts) =>
        changeReads(parts, ({ changesAfter }) => ({
          changesAfter: (positions, limit) =>
            changesAfter(
              positions.map((position) =>
                position.skipDeletionsUntil === 0
                  ? position
                  : { ...position, skipDeletionsUntil: Number.MAX_SAFE_INTEGER },
              ),
              limit,
            ),
        })),
    }),
  },
  {
    name: "lastSeq is read after the snapshot",
    breaks: ["I4"],
    plant: () => ({
      engine: (engine, { store }) => ({
        ...engine,
        pull: async (user, input) => {
          const output = await engine.pull(user, input);
          const newest = await store.read((snapshot) => snapshot.device(input.deviceId));
          return { ...output, lastSeq: newest?.lastSeq ?? output.lastSeq };
        },
      }),
    }),
  },
  {
    name: "a device is not sent the rows that it wrote itself",
    breaks: ["I5", "I8"],
    plant() {
      const written = new Set<string>();
      return {
        engine: (engine) => ({
          ...engine,
          push: (user, input) => {
            for (const { args } of input.ops) {
              if (typeof args === "object" && args !== null && "id" in args)
                written.add(`${input.deviceId} ${String(args.id)}`);
            }
            return engine.push(user, input);
          },
          pull: async (user, input) => {
            const output = await engine.pull(user, input);
            return { ...output, changes: output.changes.filter(({ id }) => !written.has(`${input.deviceId} ${id}`)) };
          },
        }),
      };
    },
  },
  {
    name: "the server remembers what it sent, whether it arrived or not",
    breaks: ["I5", "I8"],
    plant() {
      const sent = new Map<string, number>();
      return {
        engine: changeReadsByPull(
          ({ changesAfter }, { deviceId }) => ({
            changesAfter: (positions, limit) =>
              changesAfter(
                positions.map((position) => ({
                  ...position,
                  after: Math.max(position.after, sent.get(`${deviceId} ${position.scope}`) ?? 0),
                })),
                limit,
              ),
          }),
          ({ deviceId }, { changes }) => {
            for (const { scope, version } of changes) sent.set(`${deviceId} ${scope}`, version);
          },
        ),
      };
    },
  },
  {
    name: "a scope that was lost and regained goes on where it was",
    breaks: ["I5", "I8"],
    plant() {
      const sent = new Map<string, number>();
      return {
        engine: changeReadsByPull(
          ({ changesAfter }, { deviceId, cursor }) => ({
            changesAfter: (positions, limit) =>
              changesAfter(
                positions.map((position) => {
                  const isRegained = cursor !== null && position.after === 0;
                  return isRegained ? { ...position, after: sent.get(`${deviceId} ${position.scope}`) ?? 0 } : position;
                }),
                limit,
              ),
          }),
          ({ deviceId }, { changes }) => {
            for (const { scope, version } of changes) sent.set(`${deviceId} ${scope}`, version);
          },
        ),
      };
    },
  },
];
