import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FieldAuthor } from "./field-merge.ts";
import type { SuiteContext } from "./sync-store-fixture.ts";
import type { RowChange } from "./sync-store.ts";

/** What the index knows of rows beyond their changes: who set which field, found by entity and id. */
export function describeMarks<Tx>({ store, record }: SuiteContext<Tx>): void {
  const author = (): FieldAuthor => ({ deviceId: randomUUID(), userId: randomUUID() });
  const newRow = () => ({ scope: `suite:${randomUUID()}`, entity: "lesson", id: randomUUID() });
  type Row = ReturnType<typeof newRow>;
  const put = (row: Row, marks?: RowChange["marks"], value: RowChange["value"] = { id: row.id }): RowChange => ({
    ...row,
    value,
    ...(marks && { marks }),
  });
  const lockRows = (...rows: readonly { readonly entity: string; readonly id: string }[]) =>
    store().write((transaction) => transaction.lockRows(rows));
  const marksOf = async (row: Row) => (await lockRows(row))[0]?.marks;

  describe("marks and rows", () => {
    it("S29 I9: marks the fields that an author set with the version of that change, and leaves the row's other marks", async () => {
      const row = newRow();
      const [first, second] = [author(), author()];
      await record(put(row, { title: first, tags: first }));
      await record(put(row, { title: second }));
      expect(await marksOf(row)).toEqual({ title: { ...second, version: 2 }, tags: { ...first, version: 1 } });
    });

    it("leaves every mark by a change without an author, and knows authors without a device", async () => {
      const row = newRow();
      const operator = { deviceId: null, userId: randomUUID() };
      await record(put(row));
      expect(await marksOf(row)).toEqual({});
      await record(put(row, { title: operator }));
      await record(put(row), put(newRow()));
      await record(put(row, {}));
      expect(await marksOf(row)).toEqual({ title: { ...operator, version: 2 } });
    });

    it("adds up the marks of several changes of one row in a transaction, all at its one new version", async () => {
      const row = newRow();
      const [first, second] = [author(), author()];
      await record(put(row, { title: first, tags: first }), put(newRow()), put(row, { title: second }), put(row));
      const [change] = await store().read((snapshot) =>
        snapshot.changesAfter([{ scope: row.scope, after: 0, skipDeletionsUntil: 0 }], 10),
      );
      const version = change?.version;
      expect(await marksOf(row)).toEqual({ title: { ...second, version }, tags: { ...first, version } });
    });

    it("S29: clears the marks of a deleted row, and a row that comes back starts without them", async () => {
      const row = newRow();
      const [first, second] = [author(), author()];
      await record(put(row, { title: first }));
      await record(put(row, { title: first }, null));
      expect(await lockRows(row)).toEqual([{ ...row, value: null, marks: {} }]);
      await record(put(row, { tags: second }));
      expect(await marksOf(row)).toEqual({ tags: { ...second, version: 3 } });
    });

    it("keeps marks to their own row and field, whatever the field's name", async () => {
      const [row, sibling] = [newRow(), newRow()];
      const names = ["__proto__x", 'quo"ted', "é 😀", "constructor", "a.b[0]"];
      const marks = Object.fromEntries(names.map((name) => [name, author()]));
      await record(put(row, marks), put({ ...sibling, scope: row.scope }));
      expect(Object.keys((await marksOf(row)) ?? {}).toSorted()).toEqual(names.toSorted());
      expect(await marksOf(sibling)).toEqual({});
    });

    it("answers rows by entity and id with their scope and value; a row that was never recorded is absent", async () => {
      const [live, dead, twin] = [newRow(), newRow(), newRow()];
      const value = { id: live.id, list: [1, { deep: null }], text: "é 😀 \\" };
      await record(put(live, undefined, value), put(dead, undefined, null), put({ ...twin, entity: "todo" }));
      const found = await lockRows(live, dead, twin, newRow());
      expect(found.toSorted((a, b) => Number(a.value === null) - Number(b.value === null))).toEqual([
        { ...live, value, marks: {} },
        { ...dead, value: null, marks: {} },
      ]);
      expect(await lockRows()).toEqual([]);
    });

    it("answers a row once, however often it is asked for", async () => {
      const row = newRow();
      await record(put(row));
      expect(await lockRows(row, row, row)).toHaveLength(1);
    });

    it("S29 I9: lets transactions that lock one row follow each other, each seeing the marks that the last one left", async () => {
      const row = newRow();
      const others = [newRow(), newRow()];
      await record(put(row, { n: author() }, { n: 0 }), ...others.map((other) => put(other)));
      await Promise.all(
        Array.from({ length: 12 }, (_, turn) =>
          store().write(async (transaction) => {
            const wanted = turn % 2 === 0 ? [row, ...others] : [...others, row];
            const locked = (await transaction.lockRows(wanted)).find(({ id }) => id === row.id);
            expect(locked?.marks["n"]?.version).toBe(Number(locked?.value?.["n"]) + 1);
            await transaction.recordChanges([put(row, { n: author() }, { n: Number(locked?.value?.["n"]) + 1 })]);
          }),
        ),
      );
      const [kept] = await lockRows(row);
      expect(kept).toMatchObject({ value: { n: 12 }, marks: { n: { version: 13 } } });
    });

    it("S34 I5: records what a transaction of the caller's own changed, and nothing when it fails", async () => {
      const row = newRow();
      const recorded = await store().write(({ tx }) => store().recordChanges(tx, [put(row, { title: author() })]));
      expect(recorded).toEqual([{ ...row, version: 1, value: { id: row.id } }]);
      const failing = store().write(async ({ tx }) => {
        await store().recordChanges(tx, [put(row, { title: author() }, null)]);
        throw new TypeError("stop");
      });
      await expect(failing).rejects.toThrow("stop");
      expect(await lockRows(row)).toMatchObject([{ value: { id: row.id }, marks: { title: { version: 1 } } }]);
    });
  });
}
