import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { sync: "src/sync.ts" },
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node22",
  dts: true,
  sourcemap: true,
  // Patched (see docs/decisions/0009): apps get the mended driver inside, whatever their package manager makes of patches.
  deps: { alwaysBundle: ["postgres"], onlyBundle: ["postgres"] },
});
