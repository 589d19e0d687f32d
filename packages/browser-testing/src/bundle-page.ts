import { build } from "vite";

/** A page that is one script. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
}

/** Bundles the module `entry` (an absolute path) and all that it imports, as a production build would. */
export async function bundlePage(entry: string): Promise<PageFiles> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      modulePreload: false,
      target: "es2024",
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  const chunks = [output].flat().flatMap((result) => ("output" in result ? result.output : []));
  const script = chunks.find(({ type }) => type === "chunk");
  if (script?.type !== "chunk") throw new Error(`${entry} gave no script.`);
  return {
    // The icon is named so that no browser asks for one.
    html: `<!doctype html><meta charset="utf-8"><title>Test page</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>`,
    script: script.code,
  };
}
