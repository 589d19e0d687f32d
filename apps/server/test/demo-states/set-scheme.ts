import type { Page } from "playwright-core";

/**
 * Light or dark, without motion. Chromium keeps inherited `light-dark()` colours of the scheme before in what it does not
 * lay out anew when the scheme is switched by DevTools: the root's own colour is changed and given back.
 */
export async function setScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.evaluate(`(() => {
    const { style } = document.documentElement;
    for (const color of ["red", ""]) {
      style.color = color;
      void document.body.offsetHeight;
    }
  })()`);
}
