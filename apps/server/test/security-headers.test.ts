import { createProfile, startBrowser } from "@tidemark/browser-testing";
import { createDataFolders } from "@tidemark/db/testing";
import { describe, expect, it } from "vitest";
import { createDemoPage } from "./harness/demo-page.ts";
import { scoreSite } from "./harness/observatory.ts";
import { startServer } from "./harness/server-process.ts";

/** Only a place on the browsers' preload list would give five points more. */
const HIGHEST = 140;

describe.each([
  { table: "default", score: 130 },
  { table: "strict", score: HIGHEST },
])("the headers of the table $table", ({ table, score }) => {
  it("earn their score by Mozilla's public rules, and the demo runs under them without a violation", async () => {
    const folders = createDataFolders();
    const env = { SECURITY_HEADERS: table, PUBLIC_URL: "https://tidemark.example.org" };
    const server = await startServer({ dataDir: await folders.create(), env });
    const profile = await createProfile();
    const browser = await startBrowser(profile);
    try {
      const page = await fetch(server.url);
      const body = JSON.stringify({ email: "tutor@tidemark.test", password: "tidemark-demo" });
      const headers = { "content-type": "application/json" };
      const login = await fetch(`${server.url}/trpc/auth.login`, { method: "POST", headers, body });
      const result = scoreSite({
        headers: page.headers,
        html: await page.text(),
        cookies: login.headers.getSetCookie(),
      });
      console.log(`Observatory, ${table}: ${result.score} (${result.grade})`, result.modifiers);
      expect([result.score, result.grade]).toEqual([score, "A+"]);

      const violations: string[] = [];
      const tab = await browser.context.newPage();
      tab.on("console", (message) => {
        if (/content security policy|integrity/i.test(message.text())) violations.push(message.text());
      });
      const demo = createDemoPage(tab);
      await tab.goto(server.url);
      await demo.signIn("student@tidemark.test");
      await demo.openLesson("Demo lesson");
      await demo.send("Under the strictest policy");
      await demo.openSyncPanel();
      await demo.shellStored();
      await tab.goto(`${server.url}/api/docs/`);
      await tab.getByText("Send a message to a lesson").waitFor();
      expect(violations).toEqual([]);
    } finally {
      await browser.kill();
      await profile.remove();
      await server.stop();
      await folders.close();
    }
  }, 180_000);
});
