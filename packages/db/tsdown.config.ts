import { defineConfig, type Rolldown } from "tsdown";

/**
 * drizzle's adapter imports the driver itself: bundled along, it gets the mended one. Everything else of drizzle stays the
 * app's own copy.
 */
const keepDrizzleOutside: Rolldown.Plugin = {
  name: "keep-drizzle-outside",
  resolveId: (source, importer) =>
    /[/\\]drizzle-orm[/\\]postgres-js[/\\]/.test(importer ?? "") && source.startsWith("../")
      ? { id: `drizzle-orm/${source.slice(3).replace(/(\/index)?\.js$/, "")}`, external: true }
      : null,
};

export default defineConfig({
  entry: { sync: "src/sync.ts" },
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node22",
  dts: true,
  sourcemap: true,
  plugins: [keepDrizzleOutside],
  // Patched (see docs/decisions/0009): apps get the mended driver inside, whatever their package manager makes of patches.
  deps: {
    alwaysBundle: ["postgres", /^drizzle-orm\/postgres-js/],
    onlyBundle: ["postgres", "drizzle-orm"],
  },
});
