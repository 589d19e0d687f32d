import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createProfile, startBrowser, type BrowserProcess, type BrowserProfile } from "@tidemark/browser-testing";
import { startPostgres, type PostgresServer } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { createDemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS } from "./harness/demo-site.ts";

const builtDemo = fileURLToPath(new URL("../../demo-web/dist", import.meta.url));
const commandsFile = fileURLToPath(new URL("../src/commands.ts", import.meta.url));

let postgres: PostgresServer;
let databaseUrl: string;
let server: TestServer;
let profile: BrowserProfile;
let browser: BrowserProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const env = { DATABASE_URL: databaseUrl, DEMO: "true", SYNC_POLL_INTERVAL: "1" };
  [server, profile] = await Promise.all([startTestServer({ env, siteFolder: builtDemo }), createProfile()]);
  browser = await startBrowser(profile);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await browser?.kill();
  await server?.stop();
  await postgres?.close();
  await profile?.remove();
});

const execute = (statement: string) => server.server.database.db.execute(sql.raw(statement));

/** As an operator does, in a process of its own. */
async function rerunParked(): Promise<string> {
  const env = { PATH: process.env["PATH"], DATABASE_URL: databaseUrl, DATA_DIR: server.dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [commandsFile, "tasks", "--task", "sync_push"], {
    env,
  });
  return stdout;
}

test("S28 C11: what a fault of the server parked says so in the Sync panel, and what became of it once operators ran it again", async () => {
  const page = await browser.context.newPage();
  await page.goto(server.url);
  const demo = createDemoPage(page);
  await demo.signIn("student@tidemark.test");
  await demo.openLesson("Demo lesson");
  const panel = await demo.openSyncPanel();
  await execute("alter table chat_messages add constraint fault check (text not like 'Fault%')");
  await demo.send("Fault, mended");
  await demo.send("Fine");
  const letter = panel.getByRole("listitem").filter({ hasText: "Fault, mended" });
  await letter.getByText("The server could not run this one. It keeps it").waitFor();
  await expect.poll(() => demo.messageTexts("rejected")).toHaveLength(1);
  await expect.poll(() => panel.getAttribute("data-queue")).toBe("0");

  expect(await rerunParked()).toContain("0 applied, 0 refused, 1 still failing");
  await execute("alter table chat_messages drop constraint fault");
  expect(await rerunParked()).toContain("1 applied, 0 refused, 0 still failing");
  await letter.getByText("The server has run it since: it took effect").waitFor();
  // It would be refused: it is there already.
  expect(await letter.getByRole("button").allInnerTexts()).toEqual(["Dismiss"]);
  await panel.getByRole("tab", { name: "Details" }).click();
  await panel.getByRole("heading", { name: /^Late verdicts/ }).waitFor();
  await panel.getByRole("tab", { name: "Overview" }).click();
  await letter.getByRole("button", { name: "Dismiss" }).click();
  await letter.waitFor({ state: "detached" });
  await expect.poll(() => demo.messageTexts("rejected")).toEqual([]);
  const texts = (await demo.messageTexts()).filter((text) => /Fault, mended|Fine/.test(text));
  expect(texts).toHaveLength(2);
});
