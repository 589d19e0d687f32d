import type { SyncActivity, SyncStatus } from "@tidemark/sync-client";
import { expect, test } from "vitest";
import { describeActivity } from "./describe-activity.ts";
import { describeOperation, withText } from "./describe-operation.ts";
import { describeStatus } from "./describe-status.ts";

const status = (given: Partial<SyncStatus>): SyncStatus => ({
  state: "synced",
  pending: 0,
  oldestPendingAt: null,
  reason: "none",
  lastSyncedAt: "2026-11-22T10:00:00.000Z",
  isLeader: true,
  deadLetters: 0,
  storage: null,
  ...given,
});
const exchange = (given: Partial<SyncActivity>): SyncActivity => ({
  at: "2026-11-22T10:00:00.000Z",
  kind: "pull",
  operations: 0,
  changes: 0,
  outcome: "ok",
  ...given,
});

test("I10: it says that everything is saved only when nothing waits and nothing was refused", () => {
  expect(describeStatus(status({})).headline).toBe("Everything is saved");
  expect(describeStatus(status({ deadLetters: 1 })).headline).toBe("1 change not accepted");
  expect(describeStatus(status({ state: "pending", pending: 2 })).headline).toBe("Sending 2 changes");
});

test("offline it says how much is safe on the device", () => {
  expect(describeStatus(status({ state: "offline", reason: "offline", pending: 1 })).detail).toMatch(
    /^1 change is safe/,
  );
});

test.each(["signed-out", "server", "app-too-old", "storage"] as const)("stuck by %s has its own words", (reason) => {
  const { headline, detail } = describeStatus(status({ state: "stuck", reason, pending: 3 }));
  expect(headline).not.toBe("");
  expect(detail).not.toBe("");
});

test("pulls that bring nothing are no news, and failures in a row are one line", () => {
  const failed = exchange({ outcome: "failed", message: "Failed to fetch" });
  expect(describeActivity([exchange({}), failed, exchange({}), failed, exchange({ changes: 2 })])).toMatchObject([
    { text: "Could not check: no connection", count: 2 },
    { text: "Received 2 changes", count: 1 },
  ]);
});

test("an operation that this version does not know is shown by its name", () => {
  expect(describeOperation({ name: "board.operation", args: null })).toEqual({
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
});
