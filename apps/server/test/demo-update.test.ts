import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProfile, startBrowser } from "@tidemark/browser-testing";
import { expect, test } from "vitest";
import { startTestServer } from "../src/testing/test-server.ts";
import { createDemoPage } from "./harness/demo-page.ts";
import { START_TIMEOUT_MS } from "./harness/demo-site.ts";

const builtDemo = fileURLToPath(new URL("../../demo-web/dist", import.meta.url));

test(
  "I1: an update deployed while a draft and three pending messages exist waits for the person's word, and after it they are all there",
  async () => {
    const siteFolder = await mkdtemp(join(tmpdir(), "tidemark-site-"));
    await cp(builtDemo, siteFolder, { recursive: true });
    const server = await startTestServer({ siteFolder });
    const profile = await createProfile();
    const { context, kill } = await startBrowser(profile);
    try {
      const page = await context.newPage();
      await page.goto(server.url);
      const demo = createDemoPage(page);
      await demo.signIn("student@tidemark.test");
      await demo.openLesson("Demo lesson");
      await demo.shellStored();
      // The page's own switch: what it sends fails as without a network, while the browser still finds the new version.
      await page.evaluate(switchOffline);
      await page.reload();
      await demo.messages().first().waitFor();
      for (const text of ["One", "Two", "Three"]) await demo.send(text);
      await page.getByRole("textbox", { name: "Message", exact: true }).fill("Half a thought");

      await deploy(siteFolder);
      await page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())");
      await page.getByText("A newer version of Tidemark is ready").waitFor();
      expect(await page.locator("meta[name=deployed]").count()).toBe(0);
      expect(await page.getByRole("textbox", { name: "Message", exact: true }).inputValue()).toBe("Half a thought");

      await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Update" }).click()]);
      await expect.poll(() => page.locator("meta[name=deployed]").count()).toBe(1);
      await expect.poll(() => demo.messageTexts("pending")).toHaveLength(3);
      const pending = await demo.messageTexts("pending");
      expect(["One", "Two", "Three"].map((text, index) => pending[index]?.includes(text))).toEqual([true, true, true]);
      await expect
        .poll(() => page.getByRole("textbox", { name: "Message", exact: true }).inputValue())
        .toBe("Half a thought");
    } finally {
      await kill();
      await server.stop();
      await profile.remove();
      await rm(siteFolder, { recursive: true, force: true });
    }
  },
  START_TIMEOUT_MS,
);

/** What the Sync panel's switch keeps, written as it does. */
const switchOffline = `new Promise((resolve, reject) => {
  const opening = indexedDB.open("tidemark-offline-switch", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("switch", "readwrite");
    transaction.objectStore("switch").put(true, "isOffline");
    transaction.oncomplete = () => resolve();
  };
})`;

/** Puts another version in the built one's place: a page that says so, and the worker that knows it. */
async function deploy(siteFolder: string): Promise<void> {
  const [page, worker] = [join(siteFolder, "index.html"), join(siteFolder, "service-worker.js")];
  const html = await readFile(page, "utf8");
  await writeFile(page, html.replace("<title>", '<meta name="deployed" content="later" /><title>'));
  const script = await readFile(worker, "utf8");
  const next = script.replace(/"revision":"[0-9a-f]+","url":"index.html"/, '"revision":"later","url":"index.html"');
  if (next === script) throw new Error("The worker's list of files has no index.html with a revision.");
  await writeFile(worker, next);
}
