/** What the client needs to know of the page it runs in. Online and offline are hints, never proofs. */
export interface Page {
  isVisible(): boolean;
  /** The answer ends it. */
  onVisibilityChange(listener: () => void): () => void;
  /** The browser believes that the network came or went. */
  onNetworkChange(listener: () => void): () => void;
}

/** The document and window; where there are none (a worker, Node) the page counts as visible. */
export function createBrowserPage(): Page {
  return {
    isVisible: () => typeof document === "undefined" || document.visibilityState === "visible",
    onVisibilityChange: (listener) =>
      listen(typeof document === "undefined" ? undefined : document, ["visibilitychange"], listener),
    onNetworkChange: (listener) =>
      listen(typeof window === "undefined" ? undefined : window, ["online", "offline"], listener),
  };
}

function listen(target: EventTarget | undefined, types: readonly string[], listener: () => void): () => void {
  for (const type of types) target?.addEventListener(type, listener);
  return () => {
    for (const type of types) target?.removeEventListener(type, listener);
  };
}
