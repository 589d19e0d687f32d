import type { Page, PageEvent } from "./page.ts";

const EVENTS: Readonly<Record<string, PageEvent>> = {
  visibilitychange: "visibility",
  freeze: "freeze",
  resume: "resume",
  online: "network",
  offline: "network",
  pagehide: "freeze",
  pageshow: "resume",
};

/** The document and window; where there are none (a worker, Node) the page counts as visible. */
export function createBrowserPage(): Page {
  return {
    isVisible: () => globalThis.document?.visibilityState !== "hidden",
    listen(listener) {
      // What the document hears comes by the window in the capturing phase, except where it does not bubble.
      const listening = new AbortController();
      const options = { capture: true, signal: listening.signal };
      for (const [type, event] of Object.entries(EVENTS)) {
        globalThis.addEventListener?.(type, () => listener(event), options);
      }
      return () => listening.abort();
    },
  };
}
