// Takes a picture of every page of the demo in every state, at phone and desktop width, light and dark:
// screens [folder] [part of the states' names]. The README's pictures are made by it.
import { join, resolve } from "node:path";
import { buildDemo } from "./build-demo.mjs";
import { repository } from "./repository.mjs";
import { run } from "./run.mjs";

const [folder = join(repository, "test-results/screens"), filter = ""] = process.argv
  .slice(2)
  .filter((argument) => argument !== "--");

if (await buildDemo()) {
  const script = join(repository, "apps/server/test/demo-states/take-screens.ts");
  const { code } = await run(process.execPath, [script, resolve(folder), filter]);
  process.exitCode = code;
} else {
  process.exitCode = 1;
}
