import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorCatalogue } from "./errors.ts";

it("is documented code by code, with the status and the close code that it has", () => {
  const guide = readFileSync(new URL("../../../docs/guides/errors.md", import.meta.url), "utf8");
  const documented = [...guide.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (\d+) \|/gm)].map(
    ([, code = "", http, close]) => [code, [Number(http), Number(close)]] as const,
  );
  const catalogue = Object.entries(errorCatalogue).map(([code, { http, close }]) => [code, [http, close]] as const);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(catalogue));
});
