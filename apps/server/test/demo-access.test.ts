import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoStates } from "./demo-states/demo-states.ts";
import { furnishSchool } from "./demo-states/school-day.ts";
import { setScheme } from "./demo-states/set-scheme.ts";
import { createStage, type Stage } from "./demo-states/stage.ts";
import { START_TIMEOUT_MS, startDemoSite, type DemoSite } from "./harness/demo-site.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: DemoSite;
let stage: Stage;

beforeAll(async () => {
  site = await startDemoSite({ SYNC_POLL_INTERVAL: "1" });
  const school = await furnishSchool(site.server.url);
  stage = createStage({ browser: site.browser, url: site.server.url, school, locale: "en-GB" });
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

test.each(demoStates)("$name breaks no rule of axe, light and dark, at phone and desktop width", async (state) => {
  const page = await state.show(stage);
  // Injected as DevTools do it: the page's policy lets no script of others in.
  await page.evaluate(axeSource);
  for (const [width, colorScheme] of [
    [1280, "light"],
    [390, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await setScheme(page, colorScheme);
    expect(await violations(page), `${width} px, ${colorScheme}`).toEqual([]);
    expect(await sidewaysOverflow(page), `${width} px is wide enough`).toBe(0);
  }
  await page.close();
});

/** One line for each element that breaks a rule. */
async function violations(page: Page): Promise<string[]> {
  return await page.evaluate(`(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // Colours fade from one scheme to the other; axe would read one on its way.
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + " " + failureSummary));
  })()`);
}

/** Pixels by which the page is wider than its window. */
async function sidewaysOverflow(page: Page): Promise<number> {
  return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
