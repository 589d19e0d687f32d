import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SyncChange } from "./sync-protocol.ts";
import type { SuiteContext } from "./sync-store-fixture.ts";
import type { RowChange, ScopePosition } from "./sync-store.ts";

const newScope = (name = "suite") => `${name}:${randomUUID()}`;
const put = (scope: string, id: string, fields: Record<string, unknown> = {}): RowChange => ({
  scope,
  entity: "todo",
  id,
  value: { id, ...fields },
});
const gone = (scope: string, id: string): RowChange => ({ scope, entity: "todo", id, value: null });
const after = (scope: string, version = 0, skipDeletionsUntil = 0): ScopePosition => ({
  scope,
  after: version,
  skipDeletionsUntil,
});
const ids = (changes: readonly SyncChange[]) => changes.map(({ id }) => id);
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export function describeChanges<Tx>({ store, record }: SuiteContext<Tx>): void {
  const changesAfter = (positions: readonly ScopePosition[], limit = 1000) =>
    store().read((snapshot) => snapshot.changesAfter(positions, limit));

  describe("changes", () => {
    it("S16: numbers the changes of each scope by itself, from 1, in the order they are given", async () => {
      const [left, right] = [newScope("left"), newScope("right")];
      const recorded = await record(put(right, "a"), put(left, "b"), put(right, "c"), gone(left, "d"));
      const versionOf = (id: string) => recorded.find((change) => change.id === id)?.version;
      expect(["a", "b", "c", "d"].map(versionOf)).toEqual([1, 1, 2, 2]);
      const versions = await store().read((snapshot) => snapshot.scopeVersions([left, right, newScope()]));
      expect(versions).toEqual(
        new Map([
          [left, { version: 2, prunedUntil: 0 }],
          [right, { version: 2, prunedUntil: 0 }],
        ]),
      );
    });

    it("answers what it recorded, and a reader gets the same, whole rows and deletions", async () => {
      const scope = newScope();
      const fields = { text: "é 😀 \\ \" '; drop --", list: [1, { deep: [null, true] }], none: null, number: 1e21 };
      const recorded = await record(put(scope, "a", fields), gone(scope, "b"));
      expect(recorded).toEqual([
        { scope, entity: "todo", id: "a", version: 1, value: { id: "a", ...fields } },
        { scope, entity: "todo", id: "b", version: 2, value: null },
      ]);
      expect(await changesAfter([after(scope)])).toEqual(recorded);
    });

    it("records nothing for no changes, and finds nothing at no positions", async () => {
      expect(await record()).toEqual([]);
      expect(await changesAfter([])).toEqual([]);
      expect((await store().read((snapshot) => snapshot.scopeVersions([]))).size).toBe(0);
    });

    it("S17: collapses several changes of one row in a transaction into the last, with one version", async () => {
      const scope = newScope();
      const recorded = await record(put(scope, "a", { n: 1 }), put(scope, "b"), put(scope, "a", { n: 2 }));
      expect(new Set(recorded.map(({ version }) => version))).toEqual(new Set([1, 2]));
      expect(recorded.find(({ id }) => id === "a")?.value).toEqual({ id: "a", n: 2 });
      expect(await changesAfter([after(scope)])).toHaveLength(2);
    });

    it("S17: keeps one change a row: its latest, at its latest version", async () => {
      const scope = newScope();
      await record(put(scope, "a", { n: 1 }), put(scope, "b"));
      await record(put(scope, "a", { n: 2 }));
      await record(gone(scope, "b"));
      await record(put(scope, "b", { again: true }));
      const found = await changesAfter([after(scope)]);
      expect(found.map(({ id, version, value }) => [id, version, value])).toEqual([
        ["a", 3, { id: "a", n: 2 }],
        ["b", 5, { id: "b", again: true }],
      ]);
    });

    it("tells rows apart by scope, entity and id", async () => {
      const [left, right] = [newScope(), newScope()];
      await record(put(left, "a"), { ...put(left, "a"), entity: "list" }, put(right, "a"));
      expect(await changesAfter([after(left), after(right)])).toHaveLength(3);
    });

    it("answers changes in the order of the positions, then by version", async () => {
      const [left, right] = [newScope("a"), newScope("z")];
      await record(put(left, "l1"), put(right, "r1"));
      await record(put(left, "l2"), put(right, "r2"));
      expect(ids(await changesAfter([after(right), after(left)]))).toEqual(["r1", "r2", "l1", "l2"]);
    });

    it("S19: starts each scope after its own position and stops at the limit over all of them", async () => {
      const [left, right] = [newScope(), newScope()];
      await record(...oneTo(5).map((n) => put(left, `l${n}`)), ...oneTo(5).map((n) => put(right, `r${n}`)));
      const positions = [after(right, 3), after(left, 1)];
      expect(ids(await changesAfter(positions))).toEqual(["r4", "r5", "l2", "l3", "l4", "l5"]);
      expect(ids(await changesAfter(positions, 4))).toEqual(["r4", "r5", "l2", "l3"]);
    });

    it("S20: leaves out deletions up to the version that a first pull began at, and tells later ones", async () => {
      const [fresh, known] = [newScope(), newScope()];
      for (const scope of [fresh, known]) {
        await record(put(scope, "a"), put(scope, "b"), put(scope, "c"));
        await record(gone(scope, "a"));
        await record(gone(scope, "b"));
      }
      const found = await changesAfter([after(fresh, 0, 4), after(known)]);
      expect(found.filter(({ scope }) => scope === fresh).map(({ id }) => id)).toEqual(["c", "b"]);
      expect(found.filter(({ scope }) => scope === known).map(({ id }) => id)).toEqual(["c", "a", "b"]);
    });

    it("takes 1,000 changes of 20 scopes in one transaction", async () => {
      const scopes = Array.from({ length: 20 }, () => newScope());
      await record(...scopes.flatMap((scope) => oneTo(50).map((n) => put(scope, `row ${n}`))));
      const found = await changesAfter(scopes.map((scope) => after(scope)));
      expect(found).toHaveLength(1000);
      expect(found.slice(0, 50).map(({ version }) => version)).toEqual(oneTo(50));
    });

    it("S16 I8: gives concurrent writers gapless versions, and no reader passes a row that commits later", async () => {
      const scopes = [newScope(), newScope()] as const;
      const written = oneTo(30).map((n) => [put(scopes[n % 2] ?? scopes[0], `own ${n}`), put(scopes[0], `both ${n}`)]);
      let open = written.length;
      const writers = written.map(async (changes, index) => {
        await record(...(index % 3 === 0 ? changes.toReversed() : changes));
        open -= 1;
      });

      const seen = new Set<string>();
      const cursor = new Map<string, number>(scopes.map((scope) => [scope, 0]));
      const pull = async () => {
        const positions = [...cursor].map(([scope, version]) => after(scope, version));
        for (const { scope, id, version } of await changesAfter(positions)) {
          expect(version, "the next version of its scope").toBe((cursor.get(scope) ?? 0) + 1);
          cursor.set(scope, version);
          seen.add(`${scope} ${id}`);
        }
      };
      while (open > 0) await pull();
      await Promise.all(writers);
      await pull();
      expect(seen).toEqual(new Set(written.flat().map(({ scope, id }) => `${scope} ${id}`)));
    });

    it("S18 I5: shows a snapshot as it was when it began, whatever commits meanwhile", async () => {
      const scope = newScope();
      await record(put(scope, "a", { n: 1 }));
      let writing: Promise<unknown> | undefined;
      await store().read(async (snapshot) => {
        const versions = await snapshot.scopeVersions([scope]);
        expect(versions.get(scope)?.version).toBe(1);
        let committed = false;
        writing = record(put(scope, "a", { n: 2 }), put(scope, "b")).then(() => (committed = true));
        // A store on one connection commits only after this snapshot; the others do so within these reads.
        for (let attempt = 0; attempt < 200 && !committed; attempt += 1) await snapshot.scopeVersions([scope]);
        expect(await snapshot.scopeVersions([scope])).toEqual(versions);
        expect(await snapshot.changesAfter([after(scope)], 10)).toMatchObject([
          { id: "a", version: 1, value: { n: 1 } },
        ]);
      });
      await writing;
      expect(await changesAfter([after(scope)])).toMatchObject([
        { id: "a", version: 2 },
        { id: "b", version: 3 },
      ]);
    });
  });
}
