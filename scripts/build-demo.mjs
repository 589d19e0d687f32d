import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { takeLock } from "./file-lock.mjs";
import { hashFiles } from "./hash-files.mjs";
import { cacheFolder, repository } from "./repository.mjs";

const demo = join(repository, "apps/demo-web");
const dist = join(demo, "dist");
const stampFile = join(dist, ".stamp");
const work = cacheFolder();
const POLL_INTERVAL_MS = 50;

/** Everything that ends up in the bundle or decides how it is made. */
const SOURCES = [
  "apps/demo-web/{src,public}/**/*",
  "apps/demo-web/*.{html,ts,json}",
  "packages/{api,sync-client}/src/**/*",
  "packages/{api,sync-client}/package.json",
  "pnpm-lock.yaml",
  "tsconfig.base.json",
];

/**
 * Builds the demo unless it is built from exactly these sources. Several processes may call this at once: one builds,
 * the others wait for it. The new folder takes the old one's place when it is whole.
 *
 * @returns {Promise<boolean>} false when the build failed; its output has been printed.
 */
export async function buildDemo() {
  const stamp = hashFiles(SOURCES);
  for (;;) {
    if (stampOfBuild() === stamp) return true;
    const release = takeLock(join(work, "build-demo.lock"));
    if (release === undefined) {
      await wait(POLL_INTERVAL_MS);
      continue;
    }
    try {
      return stampOfBuild() === stamp || (await build(stamp));
    } finally {
      release();
    }
  }
}

async function build(stamp) {
  const started = performance.now();
  const next = join(work, `demo-${process.pid}`);
  rmSync(next, { recursive: true, force: true });
  const { code, output } = await runVite(next);
  if (code !== 0) {
    process.stderr.write(`${output}\nThe demo did not build; the lines above say why.\n`);
    rmSync(next, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(next, ".stamp"), stamp);
  const previous = `${next}-previous`;
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(next, dist);
  rmSync(previous, { recursive: true, force: true });
  process.stdout.write(`Built the demo in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
  return true;
}

function runVite(outDir) {
  return new Promise((resolve) => {
    const vite = join(demo, "node_modules/vite/bin/vite.js");
    const child = spawn(process.execPath, [vite, "build", "--outDir", outDir, "--emptyOutDir"], {
      cwd: demo,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const stopChild = () => child.kill();
    process.once("exit", stopChild);
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => {
      process.off("exit", stopChild);
      resolve({ code: code ?? 1, output });
    });
  });
}

function stampOfBuild() {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
}

if (import.meta.main) process.exitCode = (await buildDemo()) ? 0 : 1;
