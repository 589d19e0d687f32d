import { expect, test } from "vitest";
import { serverPaths } from "./worker/server-paths.ts";

const belongsToServer = (path: string) => serverPaths.some((pattern) => pattern.test(path));

test.each(["/", "/lessons/0190", "/lessons/0190?at=1.5", "/apiary", "/?next=/lessons/a.b"])(
  "%s is a page of the app, so it opens offline",
  (path) => expect(belongsToServer(path)).toBe(false),
);

test.each([
  "/trpc/sync.pull",
  "/api",
  "/api/docs",
  "/metrics",
  "/readyz?verbose",
  "/app-config.json",
  "/icons/icon.svg?v=2",
])("%s is the server's, so the worker never answers it with the shell", (path) =>
  expect(belongsToServer(path)).toBe(true),
);
