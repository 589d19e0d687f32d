import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root, without a slash at its end. */
export const repository = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** A folder, made if need be, for what may be thrown away at any time; an install does not touch it. */
export function cacheFolder(name = "") {
  const folder = join(repository, "node_modules/.cache/tidemark", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
