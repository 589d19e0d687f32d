import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["fake-indexeddb/auto"],
    testTimeout: 15_000,
    // What a real browser does may take a while on a busy machine.
    expect: { poll: { timeout: 10_000 } },
  },
});
