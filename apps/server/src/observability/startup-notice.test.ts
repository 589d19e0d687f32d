import { createServer } from "node:net";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeStartFailure } from "./startup-notice.ts";

test.each(["192.0.2.1", "nobody.invalid"])("a HOST that is not this machine's is told as HOST: %s", async (host) => {
  const [failure] = await once(createServer().listen(0, host), "error").catch((error: unknown) => [error]);
  expect(describeStartFailure(failure)).toMatch(/^HOST: \S/);
});

test("a data folder that is a file is told as DATA_DIR, in one line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-start-"));
  try {
    const file = join(folder, "file");
    await writeFile(file, "");
    const failure: unknown = await mkdir(join(file, "data"), { recursive: true }).catch((error: unknown) => error);
    expect(describeStartFailure(failure)).toMatch(/^DATA_DIR: [^\n]+$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a fault of our own keeps its stack for the log", () => {
  expect(describeStartFailure(new TypeError("x is undefined"))).toBeUndefined();
  expect(describeStartFailure(Object.assign(new Error("bad"), { code: "ERR_INVALID_ARG_TYPE" }))).toBeUndefined();
});
