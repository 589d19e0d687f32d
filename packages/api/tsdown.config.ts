import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { index: "src/router.ts", contracts: "src/contracts.ts", errors: "src/errors.ts", server: "src/server.ts" },
  tsconfig: "tsconfig.build.json",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  dts: true,
  sourcemap: true,
  deps: { neverBundle: [/^node:/] },
});
