import { describe, expect, it } from "vitest";
import { foldPages } from "./fold-pages.ts";

const put = (scope: string, id: string, version: number) => ({ scope, entity: "note", id, version, value: { id } });
const gone = (scope: string, id: string, version: number) => ({ scope, entity: "note", id, version, value: null });

describe("folding pages", () => {
  it("C17: a scope removed by a later page takes what earlier pages brought, and keeps what comes after", () => {
    const folded = foldPages([
      { removedScopes: [], changes: [put("a", "1", 1), put("b", "2", 1)] },
      { removedScopes: ["a"], changes: [put("a", "3", 5)] },
    ]);
    expect(folded.removedScopes).toEqual(["a"]);
    expect(folded.changes.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("a row that moved stays, whichever of its two changes comes first", () => {
    for (const changes of [
      [put("b", "1", 7), gone("a", "1", 3)],
      [gone("a", "1", 3), put("b", "1", 7)],
    ]) {
      expect(foldPages([{ removedScopes: [], changes }]).changes).toMatchObject([{ scope: "b", value: { id: "1" } }]);
    }
  });
});
