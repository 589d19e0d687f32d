import * as z from "zod";
import type { NamedFigures } from "../report.ts";
import type { DemoWindow } from "./demo-site.ts";

/** Ten screens a second: as fast as a wheel that is turned in earnest. */
const PX_PER_SECOND = 8_000;
const GESTURE_PX = 24_000;
/** Where the pointer is: over the log. */
const POINTER = { x: 500, y: 400 };
/** Of both ways together, so that one rate is measured in less than 4 minutes; what was not reached shows in the messages. */
const MAX_MS = 180_000;

const COUNT_MESSAGES = `(() => {
  const log = document.querySelector('[role="log"]');
  const drawn = window.drawn = new Set();
  const add = (root) => {
    if (!(root instanceof Element)) return;
    for (const row of [root, ...root.querySelectorAll("[data-message-id]")])
      if (row.dataset.messageId !== undefined) drawn.add(row.dataset.messageId);
  };
  add(log);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) add(node);
  }).observe(log, { childList: true, subtree: true });
})()`;
const PLACE = `(() => {
  const { scrollTop, scrollHeight, clientHeight } = document.querySelector('[role="log"]');
  return { above: scrollTop, below: scrollHeight - clientHeight - scrollTop, drawn: window.drawn.size };
})()`;
const place = z.object({ above: z.number(), below: z.number(), drawn: z.number() });

/** A frame as the compositor reports it in a trace. */
const frameEvent = z.object({
  name: z.literal("PipelineReporter"),
  ph: z.literal("b"),
  args: z.object({
    frame_reporter: z.object({
      state: z.string(),
      scroll_state: z.string(),
      affects_smoothness: z.boolean().default(false),
      has_missing_content: z.boolean().default(false),
    }),
  }),
});
type Frame = z.infer<typeof frameEvent>["args"]["frame_reporter"];

/** Scrolls from the newest message to the oldest and back, and judges each frame on the way by the browser's own trace. */
export async function measureScroll(window: DemoWindow, name: string): Promise<NamedFigures> {
  const { page, devTools } = window;
  await page.evaluate(COUNT_MESSAGES);
  const frames = await traceFrames(window, async () => {
    const started = performance.now();
    for (const end of ["above", "below"] as const) {
      for (let left = Infinity; left > 1 && performance.now() - started < MAX_MS;) {
        await devTools.send("Input.synthesizeScrollGesture", {
          ...POINTER,
          yDistance: end === "above" ? GESTURE_PX : -GESTURE_PX,
          speed: PX_PER_SECOND,
          gestureSourceType: "mouse",
          preventFling: true,
        });
        left = place.parse(await page.evaluate(PLACE))[end];
      }
    }
  });
  const { drawn } = place.parse(await page.evaluate(PLACE));
  const during = frames.filter((frame) => frame.scroll_state !== "SCROLL_NONE");
  const share = (isIn: (frame: Frame) => boolean) => (during.filter(isIn).length / during.length) * 100;
  return {
    name,
    figures: {
      messages: drawn,
      frames: during.length,
      "dropped %": share(({ state, affects_smoothness }) => state === "STATE_DROPPED" && affects_smoothness),
      // Scrolled in time, without what the page drew for it: that came in a later frame.
      "drawn late %": share(({ state }) => state === "STATE_PRESENTED_PARTIAL"),
      "with blank parts %": share(({ has_missing_content }) => has_missing_content),
    },
  };
}

async function traceFrames({ devTools }: DemoWindow, run: () => Promise<void>): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const collect = ({ value }: { readonly value: readonly unknown[] }) => {
    for (const event of value) {
      const parsed = frameEvent.safeParse(event);
      if (parsed.success) frames.push(parsed.data.args.frame_reporter);
    }
  };
  devTools.on("Tracing.dataCollected", collect);
  await devTools.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["cc", "benchmark"] },
  });
  await run();
  const complete = new Promise((resolve) => devTools.once("Tracing.tracingComplete", resolve));
  await devTools.send("Tracing.end");
  await complete;
  devTools.off("Tracing.dataCollected", collect);
  return frames;
}
