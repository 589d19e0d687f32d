import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // By default one core is left alone: of two, half the machine.
    maxWorkers: "100%",
    testTimeout: 60_000,
    // `pnpm coverage`, a step of `verify`: how much of the engine its own tests reach.
    coverage: {
      provider: "v8",
      include: ["src/sync/*.ts"],
      exclude: ["**/*.test.ts", "**/*-suite.ts", "**/*-fixture.ts", "**/memory-*.ts"],
      reporter: [["text", { maxCols: 110 }]],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
