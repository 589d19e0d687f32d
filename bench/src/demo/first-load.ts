import * as z from "zod";
import type { NamedFigures } from "../report.ts";
import type { DemoSite } from "./demo-site.ts";

/** Runs before the app: keeps what the browser says of its painting. */
const OBSERVE = `
  window.painted = { largestMs: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) window.painted.largestMs = startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.painted.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
`;
const LOADED = `({
  ...window.painted,
  scriptBytes: performance.getEntriesByType("resource")
    .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;
const loaded = z.object({ largestMs: z.number(), shift: z.number(), scriptBytes: z.number() });

/** The sign-in page as somebody finds it who was never here: nothing is stored, and the processor is slow from the start. */
export async function measureFirstLoad(site: DemoSite, slowdown: number): Promise<NamedFigures> {
  const window = await site.openWindow();
  try {
    await window.slowDown(slowdown);
    await window.page.addInitScript(OBSERVE);
    await window.page.goto(site.url);
    await window.page.getByRole("textbox", { name: "Email" }).waitFor();
    await window.page.waitForLoadState("networkidle");
    const { largestMs, shift, scriptBytes } = loaded.parse(await window.page.evaluate(LOADED));
    return {
      name: `${slowdown} × slowed`,
      figures: { "script kB": scriptBytes / 1_000, "LCP ms": largestMs, "layout shift": shift },
    };
  } finally {
    await window.close();
  }
}
