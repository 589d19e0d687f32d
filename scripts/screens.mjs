// Takes a picture of every page of the demo in every state, at phone and desktop width, light and dark:
// screens [folder] [parts of the states' names, separated by commas]. With --publish, those of the README's and the app's
// manifest's pictures that were taken are replaced.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildDemo } from "./build-demo.mjs";
import { repository } from "./repository.mjs";
import { run } from "./run.mjs";

const PUBLISHED = {
  "docs/pictures/room.png": "sync-panel-offline-1280-light",
  "docs/pictures/room-phone.png": "room-offline-390-dark",
  "docs/pictures/lessons.png": "lessons-1280-light",
  "apps/demo-web/public/screenshots/wide.png": "room-1280-light",
  "apps/demo-web/public/screenshots/narrow.png": "room-390-light",
};

const given = process.argv.slice(2).filter((argument) => argument !== "--");
const [folder = join(repository, "test-results/screens"), filter = ""] = given.filter(
  (argument) => argument !== "--publish",
);

if (await buildDemo()) {
  const script = join(repository, "apps/server/test/demo-states/take-screens.ts");
  const { code } = await run("node", [script, resolve(folder), filter]);
  if (code === 0 && given.includes("--publish")) publish();
  process.exitCode = code;
} else {
  process.exitCode = 1;
}

function publish() {
  for (const [target, name] of Object.entries(PUBLISHED)) {
    const picture = join(folder, `${name}.png`);
    if (!existsSync(picture)) continue;
    mkdirSync(dirname(join(repository, target)), { recursive: true });
    copyFileSync(picture, join(repository, target));
  }
}
