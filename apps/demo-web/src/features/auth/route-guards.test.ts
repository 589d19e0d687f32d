import { expect, test } from "vitest";
import { safeNext, signInRedirect } from "./route-guards.ts";

const user = { id: "u", email: "tutor@tidemark.test", name: "Tutor" };
const room = "/lessons/018f0000-0000-7000-8000-000000000001";

test("a room sends signed-out people to sign in and remembers where they were going", () => {
  expect(signInRedirect({ status: "signed-out" }, room)).toMatchObject({ to: "/", search: { next: room } });
});

test("a room stays open to people whose session ended: what they write waits on the device", () => {
  expect(signInRedirect({ status: "expired", user }, room)).toBeUndefined();
  expect(signInRedirect({ status: "signed-in", user }, room)).toBeUndefined();
});

test.each(["https://evil.test", "//evil.test/lessons/1", "/lessons/../../x", "javascript:alert(1)", 7, undefined])(
  "a link cannot make sign-in lead to %s",
  (next) => expect(safeNext(next)).toEqual({}),
);

test("sign-in leads back to a room", () => expect(safeNext(room)).toEqual({ next: room }));
