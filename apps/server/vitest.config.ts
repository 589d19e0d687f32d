import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["@tidemark/db/testing/global-setup"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a browser and a server do together may take a while on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // Two cores: a browser, a server and a Postgres at once are enough.
    maxWorkers: 1,
  },
});
