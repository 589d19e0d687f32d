import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["fake-indexeddb/auto"],
    // What a real browser does may take a while on a busy machine.
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
