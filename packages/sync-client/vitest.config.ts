import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["fake-indexeddb/auto"],
    // What a real browser does may take a while on a busy machine.
    testTimeout: 60_000,
    // `pnpm coverage`, a step of `verify`: how much of the SDK is reached by the suites that need no browser.
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/memory-*.ts"],
      reporter: [["text", { maxCols: 110 }]],
      thresholds: { lines: 95, branches: 95 },
    },
    expect: { poll: { timeout: 10_000 } },
  },
});
