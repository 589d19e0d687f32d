/**
 * What happens to the page. `freeze`: it may get no time from now on (kept for the back button, or put to sleep), or
 * none ever again; `resume`: it lives on. `network`: the browser believes that the network came or went, a hint.
 */
export type PageEvent = "visibility" | "network" | "freeze" | "resume";

/** What the client needs to know of the page it runs in. */
export interface Page {
  isVisible(): boolean;
  /** The answer ends it. */
  listen(listener: (event: PageEvent) => void): () => void;
}

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
      for (const type of Object.keys(EVENTS)) addEventListener(type, hear, true);
      return () => {
        for (const type of Object.keys(EVENTS)) removeEventListener(type, hear, true);
      };
    },
  };
}
