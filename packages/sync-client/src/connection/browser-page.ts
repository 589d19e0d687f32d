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
  if (typeof document === "undefined") return { isVisible: () => true, listen: () => () => {} };
  return {
    isVisible: () => document.visibilityState === "visible",
    listen(listener) {
      const hear = ({ type }: Event): void => listener(EVENTS[type] ?? "network");
      // What the document hears comes by the window in the capturing phase, except where it does not bubble.
      const listening = new AbortController();
      const options = { capture: true, signal: listening.signal };
      for (const type of Object.keys(EVENTS)) addEventListener(type, hear, options);
      return () => listening.abort();
    },
  };
}
