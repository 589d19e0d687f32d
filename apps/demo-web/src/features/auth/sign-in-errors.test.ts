import { expect, test } from "vitest";
import { authTexts as texts } from "./auth-texts.en.ts";
import { describeSignInError } from "./sign-in-errors.ts";

const answer = (code: string) => Object.assign(new Error("raw"), { data: { code } });

test("a wrong password, too many tries and a problem of the server are told apart", () => {
  expect(describeSignInError(answer("UNAUTHORIZED"), { isOnline: true, texts })).toContain("do not match");
  expect(describeSignInError(answer("TOO_MANY_REQUESTS"), { isOnline: true, texts })).toContain("Wait a minute");
  expect(describeSignInError(answer("UNAVAILABLE"), { isOnline: true, texts })).toContain("problem of its own");
});

test("without any answer it says whether the device is offline or the server silent", () => {
  expect(describeSignInError(new TypeError("Failed to fetch"), { isOnline: false, texts })).toContain(
    "You are offline",
  );
  expect(describeSignInError(new TypeError("Failed to fetch"), { isOnline: true, texts })).toContain("does not answer");
});

test("a code that this version does not know counts as no answer, never as a crash", () => {
  expect(describeSignInError(answer("FROM_THE_FUTURE"), { isOnline: true, texts })).toContain("does not answer");
});
