// Brings up the real server with the built demo and takes a picture of every page in every state. Run by
// `scripts/screens.mjs`: take-screens.ts <folder> [parts of the states' names, separated by commas]
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createProfile, startBrowser } from "@tidemark/browser-testing";
import { startServer } from "../harness/server-process.ts";
import { demoStates } from "./demo-states.ts";
import { furnishSchool } from "./school-day.ts";
import { setScheme } from "./set-scheme.ts";
import { createStage } from "./stage.ts";

const [folder = "screens", filter = ""] = process.argv.slice(2);
const parts = filter.split(",");

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };
const wide = { width: 1920, height: 1080 };
const schemes: readonly ("light" | "dark")[] = ["light", "dark"];

const dataDir = await mkdtemp(join(tmpdir(), "tidemark-screens-"));
const profile = await createProfile();
const server = await startServer({ dataDir, env: { SYNC_POLL_INTERVAL: "1" } });
const { browser, kill } = await startBrowser(profile);
let failures = 0;
try {
  await mkdir(folder, { recursive: true });
  const school = await furnishSchool(server.url);
  for (const [locale, language] of [
    ["en-GB", "en"],
    ["uk-UA", "uk"],
  ] as const) {
    await using stage = createStage({ browser, url: server.url, school, locale });
    const states = demoStates.filter(({ name }) => parts.some((part) => name.includes(part)));
    for (const state of states) {
      try {
        const page = await state.show(stage);
        await takePictures(page, { name: state.name, language });
        await page.close();
      } catch (error) {
        failures += 1;
        console.error(`${state.name} (${language}) could not be shown: ${String(error)}`);
      }
    }
  }
} finally {
  await kill();
  await server.stop();
  await profile.remove();
  await rm(dataDir, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

/** In Ukrainian each size in one scheme: the words are what differs. */
async function takePictures(page: Page, { name, language }: { readonly name: string; readonly language: string }) {
  // Where it clicked last, it would go on pointing at something.
  await page.mouse.move(0, 0);
  const devTools = await page.context().newCDPSession(page);
  for (const size of name === "room" ? [desktop, wide, phone] : [desktop, phone]) {
    await page.setViewportSize(size);
    // A phone's scroll bars lie over the page and fade.
    await devTools.send("Emulation.setScrollbarsHidden", { hidden: size === phone });
    for (const colorScheme of language === "en" ? schemes : [size === phone ? ("dark" as const) : ("light" as const)]) {
      await setScheme(page, colorScheme);
      await page.evaluate("document.fonts.ready.then(() => undefined)");
      const file = [name, size.width, colorScheme, ...(language === "en" ? [] : [language])].join("-");
      await page.screenshot({ path: join(folder, `${file}.png`), animations: "disabled" });
    }
  }
  console.log(`${name} (${language})`);
}
