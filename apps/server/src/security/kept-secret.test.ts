import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadOrCreateSecret } from "./kept-secret.ts";

it("makes one secret however many ask at once, keeps it for its owner only and leaves no drafts", async () => {
  const parent = await mkdtemp(join(tmpdir(), "tidemark-secret-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, "data");
  const secrets = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSecret(folder)));
  expect(new Set([...secrets, await loadOrCreateSecret(folder)]).size).toBe(1);
  expect(secrets[0]?.length).toBeGreaterThanOrEqual(32);
  expect(await readdir(folder)).toEqual(["server-secret"]);
  expect((await stat(join(folder, "server-secret"))).mode & 0o777).toBe(0o600);
});
