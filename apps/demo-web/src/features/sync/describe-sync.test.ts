import type { QueuedOperation, SyncStatus } from "@tidemark/sync-client";
import type { SyncExchange, TracedOperation } from "@tidemark/sync-client/inspect";
import { expect, test } from "vitest";
import { describeExchange, isNews } from "./describe-exchange.ts";
import { describeOperation, withText } from "./describe-operation.ts";
import { describeStatus } from "./describe-status.ts";
import { describeWaits } from "./describe-waiting.ts";
import { SWITCHED_OFFLINE } from "./offline-switch.ts";
import { syncTexts as texts } from "./sync-texts.en.ts";

const view = (given: Partial<SyncStatus>, isSwitchedOff = false) => ({
  status: {
    state: "synced",
    pending: 0,
    oldestPendingAt: null,
    reason: "none",
    lastSyncedAt: "2026-11-22T10:00:00.000Z",
    isLeader: true,
    deadLetters: 0,
    storage: null,
    ...given,
  } as const,
  isSwitchedOff,
  texts,
});
const exchange = (given: Partial<SyncExchange>): SyncExchange => ({
  id: "1",
  kind: "push",
  by: "tab",
  startedAt: "2026-11-22T10:00:00.000Z",
  firstStartedAt: "2026-11-22T10:00:00.000Z",
  times: 1,
  durationMs: 20,
  outcome: "ok",
  operations: [],
  changes: 0,
  removedScopes: 0,
  sentBytes: 1,
  receivedBytes: 1,
  error: null,
  ...given,
});
const traced = (id: string, given: Partial<TracedOperation> = {}): TracedOperation => ({
  id,
  seq: 1,
  name: "chat.send",
  verdict: "applied",
  isRepeated: false,
  code: null,
  ...given,
});
const queued = (id: string, state: QueuedOperation["state"] = "queued"): QueuedOperation => ({
  seq: 1,
  id,
  name: "chat.send",
  args: {},
  at: "2026-11-22T10:00:00.000Z",
  state,
});
const fault = (code: string | null, httpStatus: number | null) => ({ code, httpStatus, message: "", requestId: null });

test("I10: it says that everything is saved only when nothing waits and nothing was refused", () => {
  expect(describeStatus(view({})).headline).toBe("Everything is saved");
  expect(describeStatus(view({ deadLetters: 1 })).headline).toBe("1 change not accepted");
  expect(describeStatus(view({ state: "pending", pending: 2 })).headline).toBe("Sending 2 changes");
});

test("I10: offline it says how much is safe on the device, and whether the person switched the app off themselves", () => {
  const offline = { state: "offline", reason: "offline", pending: 1 } as const;
  expect(describeStatus(view(offline))).toMatchObject({ headline: "You are offline" });
  expect(describeStatus(view(offline)).detail).toMatch(/^1 change is safe/);
  expect(describeStatus(view(offline, true)).headline).toBe("You switched this app offline");
});

test.each(["signed-out", "server", "app-too-old", "storage"] as const)("stuck by %s has its own words", (reason) => {
  const { headline, detail } = describeStatus(view({ state: "stuck", reason, pending: 3 }));
  expect(headline).not.toBe("");
  expect(detail).not.toBe("");
});

test("each operation says what it waits for: the pull that confirms it, its answer, one before it, or its turn", () => {
  const exchanges = [
    exchange({ outcome: "under-way", operations: [traced("sent")] }),
    exchange({ outcome: "lost", times: 3, operations: [traced("tried")] }),
    exchange({ outcome: "refused", times: 2, operations: [traced("tried")] }),
  ];
  const queue = [queued("done", "settled"), queued("sent"), queued("first"), queued("tried"), queued("after")];
  expect(describeWaits(queue, { exchanges, reason: "none" })).toEqual([
    { kind: "confirming" },
    { kind: "in-flight" },
    { kind: "turn" },
    { kind: "retry", attempts: 5 },
    { kind: "behind" },
  ]);
  expect(describeWaits(queue, { exchanges, reason: "signed-out" }).slice(2)).toEqual(
    Array.from({ length: 3 }, () => ({ kind: "held", reason: "signed-out" })),
  );
});

test.each([
  ["a push", {}, "Sent 1 change", "good"],
  [
    "what was refused in it",
    { operations: [traced("a", { verdict: "rejected" })] },
    "Sent 1 change, 1 not accepted",
    "bad",
  ],
  [
    "a push that came again",
    { operations: [traced("a", { isRepeated: true })] },
    "Sent 1 change again: the server had it",
    "good",
  ],
  [
    "the switch",
    { outcome: "lost", error: { ...fault(null, null), message: SWITCHED_OFFLINE } },
    "Could not send 1 change: switched offline",
    "warning",
  ],
  ["a lost answer", { outcome: "lost", error: fault(null, null) }, "No answer for 1 change", "warning"],
  [
    "a server that fails",
    { outcome: "refused", error: fault("UNAVAILABLE", 503) },
    "Could not send 1 change: the server said UNAVAILABLE",
    "bad",
  ],
  [
    "something in the server's place",
    { outcome: "refused", error: fault(null, 502) },
    "Could not send 1 change: the server said 502",
    "bad",
  ],
  [
    "an ended session",
    { outcome: "refused", error: fault("UNAUTHORIZED", 401) },
    "Could not send 1 change: signed out",
    "bad",
  ],
  ["news", { kind: "pull", changes: 2 }, "Received 2 changes", "good"],
  ["a lesson that was left", { kind: "pull", removedScopes: 1, changes: 2 }, "Left 1 lesson", "warning"],
] as const)("the time line tells %s as it was", (...row) => {
  const [, given, text, tone] = row;
  const told = describeExchange(exchange({ operations: [traced("a")], ...given }), texts);
  expect(told).toEqual({ text, tone });
});

test("a pull that brought nothing is no news, unless it is the last thing that happened", () => {
  expect([isNews(exchange({ kind: "pull" }), 0), isNews(exchange({ kind: "pull" }), 1)]).toEqual([true, false]);
  expect(isNews(exchange({ kind: "pull", outcome: "lost" }), 1)).toBe(true);
});

test("an operation that this version does not know is shown by its name", () => {
  expect(describeOperation({ name: "board.operation", args: null }, texts)).toEqual({
    title: "board.operation",
    text: undefined,
  });
});

test("a corrected text changes nothing else of the operation", () => {
  expect(withText({ id: "m", lessonId: "l", text: "wrong" }, "right")).toEqual({
    id: "m",
    lessonId: "l",
    text: "right",
  });
  expect(withText({ id: "l", title: "wrong" }, "right")).toEqual({ id: "l", title: "right" });
});
