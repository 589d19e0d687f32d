import type { Page } from "playwright-core";

/**
 * Light or dark, without motion. Where the scheme is switched by DevTools, Chromium keeps inherited `light-dark()` colours of
 * the one before in what it has no other reason to style anew: the page is taken out and put back in one task, which gives
 * every element its style afresh and neither moves the focus nor a scroll position.
 */
export async function setScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.evaluate(`(() => {
    const { style } = document.body;
    for (const display of ["none", ""]) {
      style.display = display;
      void document.documentElement.offsetHeight;
    }
  })()`);
}
