import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "./repository.mjs";

/** The workspace's packages: `name`, `folder` (absolute) and `manifest` (the parsed package.json), by name. */
export function workspacePackages() {
  return globSync("{apps,packages}/*/package.json", { cwd: repository })
    .map((path) => {
      const file = join(repository, path);
      const manifest = JSON.parse(readFileSync(file, "utf8"));
      return { name: manifest.name, folder: dirname(file), manifest };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
