import { expect, it } from "vitest";
import { mergeLogs, noteExchange, type ExchangeLog, type SyncExchange } from "./exchange-log.ts";

const exchange = (given: Partial<SyncExchange> & { readonly id: string }): SyncExchange => ({
  kind: "pull",
  by: "tab",
  startedAt: `2026-11-30T10:00:00.00${given.id}Z`,
  firstStartedAt: `2026-11-30T10:00:00.00${given.id}Z`,
  times: 1,
  durationMs: 5,
  outcome: "ok",
  operations: [],
  changes: 0,
  removedScopes: 0,
  sentBytes: 100,
  receivedBytes: 100,
  error: null,
  ...given,
});
const note = (...exchanges: readonly SyncExchange[]): ExchangeLog => exchanges.reduce(noteExchange, []);
const lost = {
  outcome: "lost",
  error: { code: null, httpStatus: null, message: "fetch failed", requestId: null },
} as const;
const push = (operationId: string) => ({
  kind: "push" as const,
  operations: [{ id: operationId, seq: 1, name: "note.add", verdict: "none", isRepeated: false, code: null } as const],
});

it("replaces what was under way by how it ended, where it stands", () => {
  const log = note(
    exchange({ id: "1", outcome: "under-way", durationMs: null, ...push("a") }),
    exchange({ id: "2", changes: 1 }),
    exchange({ id: "1", ...push("a") }),
  );
  expect(log.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["2", "ok"],
    ["1", "ok"],
  ]);
});

it("tells retries of one push that fail alike as one line, with their number and the first one's time", () => {
  const retry = (id: string) => [
    exchange({ id, outcome: "under-way", durationMs: null, ...push("a") }),
    exchange({ id, ...lost, ...push("a") }),
  ];
  expect(note(...retry("1"), ...retry("2"), ...retry("3"))).toMatchObject([
    { id: "3", times: 3, firstStartedAt: "2026-11-30T10:00:00.001Z", outcome: "lost" },
  ]);
  expect(note(...retry("1"), exchange({ id: "2", ...lost, ...push("b") }))).toHaveLength(2);
});

it("tells pulls that brought nothing as one line, and never one that brought something", () => {
  const log = note(
    exchange({ id: "1" }),
    exchange({ id: "2" }),
    exchange({ id: "3", changes: 2 }),
    exchange({ id: "4" }),
  );
  expect(log.map(({ id, times, changes }) => [id, times, changes])).toEqual([
    ["4", 1, 0],
    ["3", 1, 2],
    ["2", 2, 0],
  ]);
});

it("does not mix what failed in two ways", () => {
  const refused = { outcome: "refused", error: { ...lost.error, code: "UNAVAILABLE", httpStatus: 503 } } as const;
  expect(note(exchange({ id: "1", ...lost }), exchange({ id: "2", ...refused }))).toHaveLength(2);
});

it("C24: what a tab had under way is given up when another one goes on", () => {
  const log = note(
    exchange({ id: "1", outcome: "under-way", durationMs: null }),
    exchange({ id: "2", by: "other", outcome: "under-way", durationMs: null }),
  );
  expect(log.map(({ outcome }) => outcome)).toEqual(["under-way", "given-up"]);
});

it("keeps the newest 200, and each of them once when two tabs tell each other", () => {
  const long = Array.from({ length: 250 }, (_, index) =>
    exchange({ id: `${index}`, changes: 1, startedAt: new Date(Date.UTC(2026, 10, 30) + index).toISOString() }),
  );
  const log = note(...long);
  expect(log).toHaveLength(200);
  expect(log[0]?.id).toBe("249");
  expect(mergeLogs(log.slice(0, 3), log.slice(2, 6)).map(({ id }) => id)).toEqual(log.slice(0, 6).map(({ id }) => id));
});
