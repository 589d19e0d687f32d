import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "testing/**/*.test.ts"],
    globalSetup: ["./testing/global-setup.ts"],
    testTimeout: 60_000,
    isolate: false,
    // By default one core is left alone: of two, half the machine.
    maxWorkers: "100%",
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
