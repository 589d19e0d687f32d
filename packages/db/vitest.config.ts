import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "testing/**/*.test.ts"],
    globalSetup: ["./testing/global-setup.ts"],
    testTimeout: 15_000,
    isolate: false,
    hookTimeout: 60_000,
  },
});
