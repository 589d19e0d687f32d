import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "testing/**/*.test.ts"],
    globalSetup: ["./testing/global-setup.ts"],
    testTimeout: 15_000,
    isolate: false,
    // By default one core is left alone: of two, half the machine.
    maxWorkers: "100%",
    hookTimeout: 60_000,
  },
});
