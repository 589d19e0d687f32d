import type { Page } from "playwright-core";

/**
 * Light or dark, without motion. Where the scheme is switched by DevTools, Chromium keeps inherited `light-dark()` colours of
 * the one before in what it has no other reason to style anew. So the root is told its scheme itself, and the page is taken
 * out and put back in one task: every element gets its style afresh, and neither focus nor scroll position moves.
 */
export async function setScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.evaluate(`(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    document.documentElement.style.colorScheme = "${colorScheme}";
    for (const display of ["none", ""]) {
      document.body.style.display = display;
      void document.documentElement.offsetHeight;
    }
  })()`);
}
