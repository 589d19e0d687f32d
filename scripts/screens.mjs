// Takes a picture of every page of the demo in every state, at phone and desktop width, light and dark:
// screens [folder] [part of the states' names]. With --publish, the README's pictures and those of the app's manifest are
// replaced by what was taken.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildDemo } from "./build-demo.mjs";
import { repository } from "./repository.mjs";
import { run } from "./run.mjs";

const PUBLISHED = {
  "docs/pictures/room.png": "room-1280-light",
  "docs/pictures/room-dark.png": "room-1280-dark",
  "docs/pictures/room-phone.png": "room-offline-390-dark",
  "docs/pictures/lessons-phone.png": "lessons-390-light",
  "docs/pictures/sync-panel.png": "sync-panel-offline-1280-light",
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
    mkdirSync(dirname(join(repository, target)), { recursive: true });
    copyFileSync(join(folder, `${name}.png`), join(repository, target));
  }
}
