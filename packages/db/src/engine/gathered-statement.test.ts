import { describe, expect, it } from "vitest";
import { createDataFolders } from "../../testing/index.ts";
import { gatherStatements } from "./gathered-statement.ts";
import { openDatabase } from "./open-database.ts";

describe("statements gathered in one turn", () => {
  const folders = createDataFolders();

  async function gatherDoubles() {
    const database = await openDatabase({ dataDir: await folders.create() });
    const runs: (readonly number[])[] = [];
    const double = gatherStatements({
      keyOf: String,
      run: async (_db, items: readonly number[]) => {
        runs.push(items);
        if (items.includes(13)) throw new RangeError("unlucky");
        return new Map(items.filter((item) => item > 0).map((item) => [String(item), item * 2]));
      },
    });
    const close = async () => {
      await database.close();
      await folders.close();
    };
    return { database, runs, double, close };
  }

  it("makes one statement of what is asked at once, and gives each caller its own result", async () => {
    const { database, runs, double, close } = await gatherDoubles();
    const later = async (value: number) => {
      const first = await double(database.db, value);
      return double(database.db, (first ?? 0) + 1);
    };
    expect(await Promise.all([later(1), later(2), double(database.db, -1)])).toEqual([6, 10, undefined]);
    expect(runs).toEqual([
      [1, 2, -1],
      [3, 5],
    ]);

    expect(await Promise.all([double(database.db, 7), double(database.db, 7)]), "the same key twice").toEqual([14, 14]);
    expect(runs.slice(2)).toEqual([[7], [7]]);

    const together = await Promise.all([
      double(database.db, 4),
      database.transaction((tx) => Promise.all([double(tx, 5), double(tx, 6)])),
    ]);
    expect(together, "a transaction and what is outside of it").toEqual([8, [10, 12]]);
    expect(runs.slice(4)).toEqual([[4], [5, 6]]);

    const outcomes = await Promise.allSettled([double(database.db, 13), double(database.db, 1)]);
    expect(
      outcomes.map(({ status }) => status),
      "a statement that fails",
    ).toEqual(["rejected", "rejected"]);
    expect(await double(database.db, 1)).toBe(2);
    await close();
  });
});
