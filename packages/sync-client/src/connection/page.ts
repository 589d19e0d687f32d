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
