import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import * as z from "zod";
import type { NamedFigures } from "../report.ts";
import { percentile } from "../rounds.ts";
import { messageBox } from "./demo-site.ts";

const PRESSES = 120;
/** A quick typist's; with a rest that differs, so that presses meet frames at every moment. */
const PAUSE_MS = 60;

/** Runs in the page. From the key event's own time to the first task after the frame that shows it was made. */
const OBSERVE = `(() => {
  window.presses = { paintMs: [], eventMs: [] };
  addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.presses.paintMs.push(performance.now() - timeStamp);
    port2.postMessage(undefined);
  }), true);
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "keydown") window.presses.eventMs.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
})()`;
const presses = z.object({ paintMs: z.array(z.number()), eventMs: z.array(z.number()) });

/** What no app can be quicker than: the same box on a page that has nothing else. */
export async function measureBareKeyPresses(page: Page, name: string): Promise<NamedFigures> {
  await page.setContent(`<textarea aria-label="Message" style="field-sizing: content"></textarea>`);
  return measureKeyPresses(page, name);
}

/** Types into the message box, each press on its own, and leaves it empty. */
export async function measureKeyPresses(page: Page, name: string): Promise<NamedFigures> {
  await messageBox(page).click();
  await page.evaluate(OBSERVE);
  for (let index = 0; index < PRESSES; index += 1) {
    await page.keyboard.press(index % 6 === 5 ? "Space" : (["a", "r", "e", "n", "o"][index % 5] ?? "a"));
    await pause(PAUSE_MS + ((index * 7) % 23));
  }
  // Event Timing is told once the frame was shown.
  await pause(500);
  const { paintMs, eventMs } = presses.parse(await page.evaluate("window.presses"));
  await messageBox(page).fill("");
  const sorted = paintMs.toSorted((left, right) => left - right);
  return {
    name,
    figures: {
      presses: sorted.length,
      "p50 ms": percentile(sorted, 0.5),
      "p95 ms": percentile(sorted, 0.95),
      "max ms": percentile(sorted, 1),
      // In steps of 8 ms, with the wait for the display.
      "Event Timing over 16 ms": eventMs.filter((ms) => ms > 16).length,
      "its max ms": Math.max(0, ...eventMs),
    },
  };
}
