import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./repository.mjs";

/** A text that changes with any file that the patterns name, tests aside: what was made of those files is known by it. */
export function hashFiles(patterns) {
  const hash = createHash("sha256");
  const files = globSync(patterns, { cwd: repository, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash
      .update(`${file.slice(repository.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}
