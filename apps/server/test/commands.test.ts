import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres, type PostgresServer } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDevice } from "../src/testing/test-device.ts";
import { demoSchool, refusalOf, startTestServer, type Client, type TestServer } from "../src/testing/test-server.ts";
import { compileCache } from "./harness/server-process.ts";

const commandsFile = fileURLToPath(new URL("../src/commands.ts", import.meta.url));
const { lessonId } = demoSchool;

/** Runs a command in a process of its own, as an operator does. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: compileCache, ...env } };
    execFile(process.execPath, [commandsFile, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("commands beside a server on Postgres", () => {
  let postgres: PostgresServer;
  let env: { readonly DATABASE_URL: string; readonly DATA_DIR: string };
  let server: TestServer;
  let student: Client;
  beforeAll(async () => {
    postgres = await startPostgres();
    const dataDir = await mkdtemp(join(tmpdir(), "tidemark-commands-"));
    env = { DATABASE_URL: await postgres.createDatabase(), DATA_DIR: dataDir };
    server = await startTestServer({ env: { ...env, DEMO: "true" } });
    student = (await server.signIn("student")).client;
  });
  afterAll(async () => {
    await server?.stop();
    await postgres?.close();
    await rm(env.DATA_DIR, { recursive: true, force: true });
  });

  const execute = (statement: string) => server.server.database.db.execute(sql.raw(statement));
  const say = (text: string) => ({ name: "chat.send", args: { id: randomUUID(), lessonId, text } });

  test("S28: an operation that a fault parked is run again by the task, and its device pulls the verdict", async () => {
    const device = createTestDevice(student);
    await device.pull();
    await execute("alter table chat_messages add constraint fault check (text not like 'Fault%')");
    const [good, bad, worse] = [say("Fine"), say("Fault, mended"), say("Fault, mended too late")];
    const { results } = await device.push([bad, good, worse]);
    expect(results.map(({ status }) => status)).toEqual(["parked", "applied", "parked"]);

    const early = await run(["tasks", "--", "--task", "sync_push"], env);
    expect(early).toEqual({
      code: 0,
      stdout:
        "sync_push: 2 found, running them again, oldest first\n" +
        "sync_push: 0 applied, 0 refused, 2 still failing\n" +
        "Done: 2 found, 0 applied, 0 refused, 2 still failing.\n",
      stderr: "",
    });

    await execute("alter table chat_messages drop constraint fault");
    // Somebody else took the second one's id meanwhile: its final verdict is a refusal.
    const tutor = (await server.signIn("tutor")).client;
    await tutor.chat.send.mutate({ ...worse.args, text: "Mine" });
    const late = await run(["tasks", "--all"], env);
    expect(late.stdout).toContain("sync_push: 1 applied, 1 refused, 0 still failing\n");
    expect(late.stdout).toContain("board_operation: 0 found; nothing of this kind exists yet\n");

    await device.pull();
    const verdicts = device.rows("verdict");
    expect(verdicts).toHaveLength(2);
    expect(verdicts).toEqual(
      expect.arrayContaining([
        { id: results[0]?.id, deviceId: device.deviceId, seq: 1, status: "applied" },
        expect.objectContaining({ seq: 3, status: "rejected", error: expect.objectContaining({ code: "CONFLICT" }) }),
      ]),
    );
    expect(device.row(bad.args.id)?.value).toMatchObject({ text: "Fault, mended" });
    expect((await run(["tasks", "--task", "sync_push"], env)).stdout).toContain("sync_push: 0 found\n");
  });

  test("S35: migrate renews the epoch where it is told to, and devices start over", async () => {
    const device = createTestDevice(student);
    await device.pull();
    expect(await run(["migrate"], env)).toMatchObject({ code: 0, stderr: "" });
    await device.pull();
    const { code, stdout } = await run(["migrate", "--", "--new-epoch"], env);
    expect(code).toBe(0);
    const { epoch } = await student.sync.pull.query({ deviceId: randomUUID(), cursor: null });
    expect(stdout).toContain(epoch);
    expect(await refusalOf(device.pull())).toMatchObject({ data: { code: "RESET_REQUIRED" } });
  });

  test("seed finds the demo school there, and cleanup finds nothing to forget", async () => {
    expect((await run(["seed"], env)).stdout).toBe("The demo school is there already.\n");
    const { stdout } = await run(["tasks", "--cleanup"], env);
    expect(stdout).toContain("cleanup: 0 deletions, 0 sessions, 0 invitations and 0 tickets forgotten\n");
  });

  test.each([
    [["tasks", "--task", "everything"], 'There is no task "everything"'],
    [["tasks"], "Say what to run"],
    [["migrate", "--force"], "migrate takes --new-epoch"],
    [["seed", "more"], "seed takes no arguments"],
    [["toString"], 'There is no command "toString"'],
  ])("%j ends with 1 and one line", async (args, words) => {
    const { code, stdout, stderr } = await run(args, env);
    expect([code, stdout, stderr.trim().split("\n").length]).toEqual([1, "", 1]);
    expect(stderr).toContain(words);
  });
});

describe("commands that cannot reach their database", () => {
  test("say that a running server has the embedded one, and what to do", async () => {
    const server = await startTestServer();
    try {
      const { code, stdout, stderr } = await run(["tasks", "--all"], { DATA_DIR: server.dataDir });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^The embedded database in .* is in use.*: stop that first\. .*DATABASE_URL.*\n$/);
    } finally {
      await server.stop();
    }
  });

  test("say that Postgres is away", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "tidemark-commands-"));
    const env = { DATABASE_URL: "postgres://127.0.0.1:1/none", DATA_DIR: dataDir };
    expect(await run(["migrate"], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^DATABASE_URL: .*\n$/),
    });
    await rm(dataDir, { recursive: true, force: true });
  });
});
