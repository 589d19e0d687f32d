import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    inspect: "src/inspect/index.ts",
    react: "src/react/index.ts",
    "service-worker": "src/service-worker/index.ts",
  },
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "browser",
  target: "es2022",
  dts: true,
  sourcemap: true,
});
