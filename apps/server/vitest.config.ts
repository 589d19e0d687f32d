import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The demo's pages under axe take the longest by far: begun late, they would run on alone. */
class PagesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isPages = ({ moduleId }: TestSpecification) => moduleId.endsWith("/demo-access.test.ts");
    return (await super.sort(files)).sort((left, right) => Number(isPages(right)) - Number(isPages(left)));
  }
}

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["@tidemark/db/testing/global-setup"],
    // What a browser and a server do together may take a while on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 45_000 } },
    // Most files wait for servers, browsers and polls half of their time: two at once fill two cores.
    maxWorkers: 2,
    sequence: { sequencer: PagesFirst },
    // Loading the whole server anew takes a file longer than its tests; each has servers, databases and browsers of its own.
    isolate: false,
  },
});
