// Builds the published packages and packs them as they would go to the registry. `node scripts/pack.mjs [folder]` copies
// the tarballs into the folder.
import { cpSync, existsSync, globSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { takeLock } from "./file-lock.mjs";
import { hashFiles } from "./hash-files.mjs";
import { workspacePackages } from "./packages.mjs";
import { cacheFolder } from "./repository.mjs";
import { run } from "./run.mjs";

/** Everything that ends up in a tarball or decides how it is made. */
const SOURCES = [
  "packages/{api,db,sync-client}/src/**/*.{ts,tsx}",
  "packages/{api,db,sync-client}/{package.json,README.md,tsconfig*.json,tsdown.config.ts}",
  "LICENSE",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.base.json",
];
const POLL_INTERVAL_MS = 100;

/**
 * Packs what is not packed from exactly these sources. Several processes may call this at once: one packs, the others wait.
 *
 * @returns {Promise<{ name: string, folder: string, tarball: string }[]>} the published packages, by name.
 * @throws Error with the output of the step that failed.
 */
export async function packPackages() {
  const output = join(cacheFolder("packed"), hashFiles(SOURCES).slice(0, 16));
  while (!existsSync(output)) {
    const release = takeLock(join(cacheFolder(), "pack.lock"));
    if (release === undefined) {
      await wait(POLL_INTERVAL_MS);
      continue;
    }
    try {
      if (!existsSync(output)) await buildAndPack(output);
    } finally {
      release();
    }
  }
  return publishedPackages().map(({ name, folder, manifest }) => {
    const tarball = join(output, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
    return { name, folder, tarball };
  });
}

export const publishedPackages = () => workspacePackages().filter(({ manifest }) => manifest.private !== true);

async function buildAndPack(output) {
  const others = globSync("*", { cwd: cacheFolder("packed") });
  for (const other of others) rmSync(join(cacheFolder("packed"), other), { recursive: true, force: true });
  const next = `${output}.next`;
  mkdirSync(next);
  const packages = publishedPackages();
  await Promise.all(packages.map(({ folder }) => step("tsdown", ["--logLevel", "error"], folder)));
  for (const { folder } of packages)
    await step("npx", ["--yes", "pnpm@12", "pack", "--pack-destination", next], folder);
  renameSync(next, output);
}

async function step(program, args, cwd) {
  const { code, output } = await run(program, args, { cwd, quiet: true });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed in ${cwd}:\n${output.trim()}`);
}

if (import.meta.main) {
  const target = resolve(process.argv[2] ?? "packed");
  mkdirSync(target, { recursive: true });
  for (const { name, tarball } of await packPackages()) {
    cpSync(tarball, join(target, tarball.slice(tarball.lastIndexOf("/") + 1)));
    process.stdout.write(`${name}: ${target}\n`);
  }
}
