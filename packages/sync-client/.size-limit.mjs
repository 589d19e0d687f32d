/**
 * What an app ships, from the sources. Each entry is bundled by Rolldown, as Vite does it; `size-limit` compares the
 * gzipped files with these limits (1 kB is 1,000 bytes). Raising a limit needs a reason in the commit. An app loads the
 * contracts once, whichever entries it uses: they count in their own line, and elsewhere only by what imports them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

const entries = {
  "@tidemark/sync-client": {
    name: "core, without contracts, schema library, tRPC and React",
    limit: "15 kB",
    external: ["zod", "@tidemark/api/contracts"],
  },
  "@tidemark/sync-client/inspect": {
    name: "inspect, alone",
    limit: "5 kB",
    external: ["zod", "@tidemark/api/contracts"],
  },
  "@tidemark/sync-client/react": { name: "react, without core and React", limit: "1 kB", external: ["react"] },
  "@tidemark/sync-client/service-worker": {
    name: "service worker",
    limit: "9.5 kB",
    external: ["zod", "@tidemark/api/contracts"],
  },
  "@tidemark/api/contracts": { name: "contracts and Zod", limit: "34 kB", external: [] },
};

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
const shipped = [
  ...Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1)),
  "@tidemark/api/contracts",
];

const output = mkdtempSync(join(tmpdir(), "tidemark-size-"));
process.once("exit", () => rmSync(output, { recursive: true, force: true }));

export default await Promise.all(shipped.map(bundle));

/** Bundles everything that an entry exports into one minified file. */
async function bundle(entry) {
  if (entries[entry] === undefined) throw new Error(`${entry} has no size limit: add one to .size-limit.mjs.`);
  const { name, limit, external } = entries[entry];
  const id = join(import.meta.dirname, "src", `${entry.replaceAll(/\W/g, "-")}.size.js`);
  const build = await rolldown({
    input: id,
    external,
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? `export * from "${entry}";` : null),
      },
    ],
  });
  const file = join(output, `${entry.replaceAll(/\W/g, "-")}.js`);
  await build.write({ file, format: "esm", minify: true, codeSplitting: false });
  await build.close();
  return { name, path: file, gzip: true, limit };
}
