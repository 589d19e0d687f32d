import { useSyncExternalStore } from "react";
import { keyboardInset } from "./keyboard-inset.ts";

/**
 * How much of the page's lower end a phone's keyboard covers, in pixels: browsers that lay it over the page (Safari on iOS)
 * tell so by the visual viewport alone.
 */
export const useKeyboardInset = (): number => useSyncExternalStore(subscribe, current);

function subscribe(onChange: () => void): () => void {
  const viewport = window.visualViewport;
  // The second: Safari moves what it shows when a box near the end takes the focus.
  viewport?.addEventListener("resize", onChange);
  viewport?.addEventListener("scroll", onChange);
  return () => {
    viewport?.removeEventListener("resize", onChange);
    viewport?.removeEventListener("scroll", onChange);
  };
}

const current = (): number =>
  window.visualViewport === null ? 0 : keyboardInset(window.visualViewport, document.documentElement.clientHeight);
