import { describe, expect, it } from "vitest";
import { storedPage } from "../../test/stored-page.ts";
import { foldPages } from "./fold-pages.ts";

const put = (scope: string, id: string, version: number) => ({
  scope,
  entity: "note",
  id,
  version,
  value: { text: id },
});
const gone = (scope: string, id: string, version: number) => ({ scope, entity: "note", id, version, value: null });
const places = (...pages: Parameters<typeof foldPages>[0]) => foldPages(pages).map(({ scope, id }) => [scope, id]);

describe("folding pages", () => {
  it("C17: a scope removed by a later page takes what earlier pages brought, and keeps what comes after", () => {
    const folded = places(
      storedPage([put("a", "1", 1), put("b", "2", 1)]),
      storedPage([put("a", "3", 5)], { removedScopes: ["a"] }),
    );
    expect(folded).toEqual([
      ["b", "2"],
      ["a", "3"],
    ]);
  });

  it("a page that begins anew takes everything that earlier pages brought", () => {
    expect(places(storedPage([put("a", "1", 1)]), storedPage([put("a", "2", 1)], { isFirst: true }))).toEqual([
      ["a", "2"],
    ]);
  });

  it("C17: a row that moved stays, whichever of its two changes comes first, in one page or in two", () => {
    const before = storedPage([put("a", "1", 1)]);
    const [left, arrived] = [gone("a", "1", 3), put("b", "1", 7)];
    for (const pages of [
      [storedPage([arrived, left])],
      [storedPage([left, arrived])],
      [storedPage([arrived]), storedPage([left])],
      [storedPage([left]), storedPage([arrived])],
    ]) {
      expect(places(before, ...pages)).toEqual([["b", "1"]]);
    }
  });

  it("a row that moved and was deleted there is gone, though its last deletion is of a scope it was never seen in", () => {
    expect(places(storedPage([put("a", "1", 1)]), storedPage([gone("a", "1", 3), gone("b", "1", 8)]))).toEqual([]);
  });
});
