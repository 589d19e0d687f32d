import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packPackages } from "../pack.mjs";
import { run } from "../run.mjs";

/** What publint and attw say about the tarballs as they would be published (ESM only). One problem each. */
export async function checkPackedPackages() {
  const packages = await packPackages();
  // Tarballs lie in a folder of their sources' stamp, so what was found good there stays good.
  const verdict = join(dirname(packages[0].tarball), "found-good");
  if (existsSync(verdict)) return [];
  const reports = await Promise.all(
    packages.flatMap(({ name, tarball }) => [
      judge(name, "publint", ["run", "--strict", tarball]),
      judge(name, "attw", ["--profile", "esm-only", "--no-emoji", tarball]),
    ]),
  );
  const problems = reports.flat();
  if (problems.length === 0) writeFileSync(verdict, "");
  return problems;
}

async function judge(name, program, args) {
  const { code, output } = await run(program, args, { quiet: true });
  return code === 0 ? [] : [`${name}, ${program}:\n${output.trim()}`];
}
