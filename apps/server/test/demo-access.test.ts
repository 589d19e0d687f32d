import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { createProfile, startBrowser } from "@tidemark/browser-testing";
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

/** Small phones, and a page of 1280 px at four times its size. */
const NARROW = [360, 320];

test.each(demoStates)(
  "$name breaks no rule of axe, light and dark, at phone and desktop width, and nothing in it is cut off or covered from 320 px on",
  async (state) => {
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
      expect(await layoutFaults(page), `${width} px is wide enough`).toEqual([]);
    }
    for (const width of NARROW) {
      await page.setViewportSize({ width, height: 844 });
      expect(await layoutFaults(page), `${width} px is wide enough`).toEqual([]);
    }
    await page.close();
  },
);

test("who wants less motion has the other colour scheme at once: nothing fades into it, least of all element by element", async () => {
  const { page } = await stage.as("tutor", `/lessons/${stage.school.room}`);
  await page.locator("[data-message-id]").first().waitFor();
  await setScheme(page, "light");
  await page.evaluate(`window.fading = new Promise((resolve) => {
    const count = () => document.getAnimations().filter((animation) => animation instanceof CSSTransition).length;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => resolve(count()), { once: true });
  }); undefined`);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await page.evaluate("window.fading")).toBe(0);
  await page.close();
});

test("a button that does nothing does not light up under the pointer", async () => {
  const profile = await createProfile();
  const { browser, kill } = await startBrowser(profile, { flags: [WITH_A_MOUSE] });
  try {
    await using desk = createStage({ browser, url: stage.url, school: stage.school, locale: "en-GB" });
    const { page } = await desk.as("tutor", "/settings");
    await setScheme(page, "light");
    const button = page.getByRole("button", { name: "Save name" });
    const looks = async () => {
      await page.mouse.move(0, 0);
      const before = await page.evaluate<string>(LOOK_OF_SAVE);
      await button.hover();
      return { before, under: await page.evaluate<string>(LOOK_OF_SAVE) };
    };
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    const inert = await looks();
    expect(inert.under).toBe(inert.before);
    await page.getByRole("textbox", { name: "Name" }).fill("Tamsin T.");
    const able = await looks();
    expect(able.under).not.toBe(able.before);
  } finally {
    await kill();
    await profile.remove();
  }
});

/** Headless, Chromium says of itself that nothing hovers over it. */
const WITH_A_MOUSE = "--blink-settings=primaryHoverType=2,availableHoverTypes=2";
const LOOK_OF_SAVE = `(({ backgroundColor, borderColor, color }) => [backgroundColor, borderColor, color].join())(
  getComputedStyle(document.querySelector("main button[type=submit]"))
)`;

test("a row of the list says its lesson's date once to the eye, and in full to a screen reader", async () => {
  const { page } = await stage.as("tutor");
  const row = page.getByRole("listitem").filter({ hasText: "Geometry" });
  expect(await row.locator("time [aria-hidden]").innerText()).toMatch(/^(?:[A-Z][a-z]+|\d{4}), \d\d:\d\d$/);
  // “Thursday 3 December, 12:17”; of another year “3 January 2027, 12:17”.
  expect(await row.getByRole("time").ariaSnapshot()).toMatch(/\d{1,2} [A-Z][a-z]+(?: \d{4})?, \d\d:\d\d$/);
  await page.close();
});

/** One line for each element that breaks a rule. */
async function violations(page: Page): Promise<string[]> {
  return await page.evaluate(`(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    // What has just appeared fades in; axe would read it on its way.
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + " " + failureSummary));
  })()`);
}

/**
 * One line for each thing that reaches over the window's edge where nobody can scroll to it, and for each word or control of
 * the bar at the top that something else lies over.
 */
async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate(`(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const width = document.documentElement.clientWidth;
    const nameOf = (element) => element.tagName.toLowerCase() + " “" + (element.ariaLabel ?? element.textContent).trim().slice(0, 40) + "”";
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
    const scrolls = (element) => element.closest("body *:is(pre, table, ul, ol, div, section)") !== null && ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    const canScroll = (element) => element !== null && (scrolls(element) && element.scrollWidth > element.clientWidth || canScroll(element.parentElement));
    // What is for screen readers alone lies far outside, or is a pixel wide.
    const isForEyes = ({ left, width, height }) => left > -1_000 && width > 1 && height > 1;
    const faults = [];
    if (document.documentElement.scrollWidth > width) faults.push("the page scrolls sideways");
    for (const element of document.querySelectorAll("body :is(a, button, input, textarea, select, h1, h2, h3, p, li, td, th, dt, dd, label, time, svg)")) {
      const box = element.getBoundingClientRect();
      if (!isShown(element) || !isForEyes(box) || canScroll(element.parentElement)) continue;
      if (box.right > width + 0.5 || box.left < -0.5) faults.push(nameOf(element) + " reaches from " + box.left + " to " + box.right);
    }
    for (const element of document.querySelectorAll("header :is(a, button, span, svg)")) {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      if (!isShown(element) || !isForEyes({ left, width, height }) || top < 0 || element.closest(".sr-only") !== null) continue;
      const at = element.closest("a, button");
      for (const x of [left + 3, right - 3]) {
        const found = document.elementFromPoint(x, (top + bottom) / 2);
        // A dialog takes the whole page out of reach.
        if (found === document.documentElement || found?.closest("[role=menu]") != null) continue;
        if (found?.closest("a, button") !== at) faults.push(nameOf(found) + " lies over " + nameOf(element));
      }
    }
    return faults;
  })()`);
}
