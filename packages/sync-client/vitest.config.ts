import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The simulated worlds take minutes of one core: begun last, they would run on alone. */
class OracleFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOracle = ({ moduleId }: TestSpecification) => moduleId.endsWith("oracle.test.ts");
    return (await super.sort(files)).sort((left, right) => Number(isOracle(right)) - Number(isOracle(left)));
  }
}

export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["fake-indexeddb/auto"],
    // By default one core is left alone: of two, half the machine.
    maxWorkers: "100%",
    sequence: { sequencer: OracleFirst },
    // What a real browser does may take a while on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // `pnpm coverage`, a step of `verify`: how much of the SDK is reached by the suites that need no browser.
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/memory-*.ts"],
      reporter: [["text", { maxCols: 110 }]],
      thresholds: { lines: 95, branches: 95 },
    },
    expect: { poll: { timeout: 30_000 } },
  },
});
