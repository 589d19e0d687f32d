import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SuiteContext } from "./sync-store-fixture.ts";
import type { RowChange, ScopePosition, WindowQuery } from "./sync-store.ts";

const newScope = () => `suite:${randomUUID()}`;
const put = (scope: string, id: string, entity = "message"): RowChange => ({ scope, entity, id, value: { id } });
const gone = (scope: string, id: string, entity = "message"): RowChange => ({ scope, entity, id, value: null });
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const afterAllTimes = "9999-12-31T00:00:00.000Z";
const beforeAllTimes = "1000-01-01T00:00:00.000Z";

/** What a store leaves out of a pull: deletions that are forgotten, rows outside an entity's window. */
export function describeHistory<Tx>({ store, record }: SuiteContext<Tx>): void {
  const versionOf = async (scope: string) =>
    (await store().read((snapshot) => snapshot.scopeVersions([scope]))).get(scope);
  const idsAfter = async (position: Partial<ScopePosition> & { readonly scope: string }) => {
    const whole = { after: 0, skipDeletionsUntil: 0, ...position };
    return (await store().read((snapshot) => snapshot.changesAfter([whole], 1000))).map(({ id }) => id);
  };
  const windowStarts = (...queries: readonly WindowQuery[]) =>
    store().read((snapshot) => snapshot.windowStarts(queries));

  describe("pruned deletions", () => {
    it("S33: forgets old deletions, says up to which version of each scope, and keeps what lives", async () => {
      const [left, right, untouched] = [newScope(), newScope(), newScope()];
      await record(put(left, "a"), put(left, "b"), put(left, "c"), put(right, "a"), put(untouched, "a"));
      await record(gone(left, "a"), gone(left, "b"), gone(right, "a"));
      await record(put(left, "d"));
      expect(await store().pruneDeletions(afterAllTimes)).toBeGreaterThanOrEqual(3);
      expect(await versionOf(left)).toEqual({ version: 6, prunedUntil: 5 });
      expect(await versionOf(right)).toEqual({ version: 2, prunedUntil: 2 });
      expect(await versionOf(untouched)).toEqual({ version: 1, prunedUntil: 0 });
      expect(await idsAfter({ scope: left })).toEqual(["c", "d"]);
      expect(await idsAfter({ scope: right })).toEqual([]);
      expect(await store().pruneDeletions(afterAllTimes)).toBe(0);
    });

    it("S33: keeps younger deletions", async () => {
      const scope = newScope();
      await record(gone(scope, "a"));
      expect(await store().pruneDeletions(beforeAllTimes)).toBe(0);
      expect(await idsAfter({ scope })).toEqual(["a"]);
      expect(await versionOf(scope)).toEqual({ version: 1, prunedUntil: 0 });
    });

    it("S33: keeps a row that came back to life, and never lowers what it said", async () => {
      const scope = newScope();
      await record(gone(scope, "a"), gone(scope, "b"));
      await record(put(scope, "b"));
      await store().pruneDeletions(afterAllTimes);
      expect(await versionOf(scope)).toEqual({ version: 3, prunedUntil: 1 });
      await record(gone(scope, "c"));
      await store().pruneDeletions(afterAllTimes);
      expect(await versionOf(scope)).toEqual({ version: 4, prunedUntil: 4 });
      expect(await idsAfter({ scope })).toEqual(["b"]);
    });

    it("S33 I8: goes on with the next version after everything was forgotten, and knows the row no more", async () => {
      const scope = newScope();
      const id = randomUUID();
      await record(put(scope, id), gone(scope, id));
      await store().pruneDeletions(afterAllTimes);
      expect(await store().write((transaction) => transaction.lockRows([{ entity: "message", id }]))).toEqual([]);
      expect(await record(put(scope, id))).toMatchObject([{ version: 2 }]);
    });

    it("forgets more than a thousand at once", async () => {
      const scope = newScope();
      await record(...oneTo(1_300).map((n) => gone(scope, `row ${n}`)));
      expect(await store().pruneDeletions(afterAllTimes)).toBe(1_300);
      expect(await versionOf(scope)).toEqual({ version: 1_300, prunedUntil: 1_300 });
    });
  });

  describe("windows", () => {
    it("S32: start after the newest row outside; 0 says that all lie inside", async () => {
      const scope = newScope();
      await record(...oneTo(5).map((n) => put(scope, `m${n}`)));
      const query = { scope, entity: "message", upTo: 5 };
      expect(
        await windowStarts(
          { ...query, rows: 2 },
          { ...query, rows: 5 },
          { ...query, rows: 4 },
          { ...query, rows: 100 },
          { ...query, scope: newScope(), rows: 1 },
        ),
      ).toEqual([3, 0, 1, 0, 0]);
      expect(await windowStarts()).toEqual([]);
    });

    it("S32: count live rows of their own entity only, up to the version that was asked for", async () => {
      const scope = newScope();
      await record(put(scope, "m1"), put(scope, "l1", "lesson"), put(scope, "m2"), put(scope, "m3"), put(scope, "m4"));
      await record(gone(scope, "m3"), put(scope, "m5"), put(scope, "m1"));
      const query = { scope, entity: "message", rows: 2 };
      // Live: m2 at 3, m4 at 5, m5 at 7, m1 at 8.
      expect(
        await windowStarts(
          { ...query, upTo: 8 },
          { ...query, upTo: 7 },
          { ...query, upTo: 6 },
          { ...query, entity: "lesson", upTo: 8 },
        ),
      ).toEqual([5, 3, 0, 0]);
    });

    it("S32: leave out their own entity's rows and deletions up to their start, and nothing else", async () => {
      const [scope, other] = [newScope(), newScope()];
      await record(put(scope, "m1"), put(scope, "l1", "lesson"), put(scope, "m2"), gone(scope, "m3"), put(scope, "m4"));
      await record(put(other, "m1"));
      expect(await idsAfter({ scope, leaveOutUntil: { message: 4 } })).toEqual(["l1", "m4"]);
      expect(await idsAfter({ scope, leaveOutUntil: { message: 3, lesson: 2 } })).toEqual(["m3", "m4"]);
      expect(await idsAfter({ scope, after: 4, leaveOutUntil: { message: 1 } })).toEqual(["m4"]);
      expect(await idsAfter({ scope, leaveOutUntil: { message: 5, lesson: 5 } })).toEqual([]);
      expect(await idsAfter({ scope, leaveOutUntil: {} })).toHaveLength(5);
      const both = [
        { scope, after: 0, skipDeletionsUntil: 5, leaveOutUntil: { message: 3 } },
        { scope: other, after: 0, skipDeletionsUntil: 0 },
      ];
      const found = await store().read((snapshot) => snapshot.changesAfter(both, 2));
      expect(found.map(({ id }) => id)).toEqual(["l1", "m4"]);
    });
  });
}
