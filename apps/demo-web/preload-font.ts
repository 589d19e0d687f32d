import type { Plugin } from "vite";

/** Starts loading a font with the page instead of with the first text that is set in it. */
export function preloadFont(name: string): Plugin {
  return {
    name: "preload-font",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      const font = Object.keys(bundle).find((file) => file.endsWith(".woff2") && file.includes(name));
      if (page?.type !== "asset") return;
      if (font === undefined) throw new Error(`No built font is named ${name}; vite.config.ts asks to preload it.`);
      const link = `<link rel="preload" href="/${font}" as="font" type="font/woff2" crossorigin />`;
      page.source = page.source.toString().replace("</title>", `</title>\n    ${link}`);
    },
  };
}
