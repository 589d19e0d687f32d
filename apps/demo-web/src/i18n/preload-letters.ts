import cyrillic from "@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2?url";
import { preload } from "react-dom";
import type { Language } from "./languages.ts";

/**
 * Starts loading the letters of a language together with its texts. The browser would ask for them at the first text that is
 * set in them, and `font-display: optional` would then not wait for the answer. The Latin ones are preloaded by the page.
 */
export function preloadLetters(language: Language): void {
  if (language === "uk") preload(cyrillic, { as: "font", type: "font/woff2", crossOrigin: "" });
}
