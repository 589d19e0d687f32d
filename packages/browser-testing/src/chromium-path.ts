import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const systemChromium = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
/** Unpacks the Chromium from npm into TMPDIR. */
const UNPACK = `await (await import("@sparticuz/chromium")).default.executablePath()`;

/** The machine's own Chromium, else the one from npm. */
export async function chromiumPath(): Promise<string> {
  return systemChromium.find((path) => existsSync(path)) ?? join(await unpacked(), "chromium");
}

/**
 * The package takes whatever file it finds in the folder for temporary files for a whole Chromium: of two test files that
 * begin together on a fresh machine, the second would start half of one. Unpacked elsewhere, it comes to its place whole.
 */
async function unpacked(): Promise<string> {
  const manifest = findPackageJSON("@sparticuz/chromium", import.meta.url) ?? "";
  const [, version = ""] = /"version": "([^"]+)"/.exec(await readFile(manifest, "utf8")) ?? [];
  const place = join(tmpdir(), `tidemark-chromium-${version}`);
  if (existsSync(place)) return place;
  const draft = await mkdtemp(`${place}-`);
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UNPACK], {
    cwd: dirname(manifest),
    env: { ...process.env, TMPDIR: draft },
  });
  // Where somebody else was first, theirs stays.
  await rename(draft, place).catch(() => rm(draft, { recursive: true, force: true }));
  return place;
}
