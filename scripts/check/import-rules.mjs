import { join } from "node:path";
import { repository } from "../repository.mjs";
import { run } from "../run.mjs";
import { withPlantedTree } from "./planted-imports.mjs";

const CONFIG = join(repository, ".dependency-cruiser.mjs");

/**
 * Holds the import rules of .dependency-cruiser.mjs against the tree, then against a tree that breaks each of them: a
 * cruiser that sees nothing (as it does beside TypeScript 7 without a compiler of its own) finds nothing wrong either.
 *
 * @returns {Promise<string[]>} one line per problem.
 */
export async function checkImports() {
  const tree = await cruise(repository);
  const problems = tree.summary.violations.map(describe);
  const own = tree.modules.filter(({ source }) => /^(apps|packages)\/.*\.tsx?$/.test(source));
  if (own.length === 0) problems.push("The cruiser saw none of our modules, so it checked nothing.");

  const { default: config } = await import(CONFIG);
  const planted = await withPlantedTree(cruise);
  const caught = new Set(planted.summary.violations.map(({ rule }) => rule.name));
  for (const { name } of config.forbidden) {
    if (!caught.has(name)) problems.push(`Rule "${name}" did not catch the violation planted for it.`);
  }
  return problems;
}

async function cruise(folder) {
  const { output } = await run("depcruise", ["--config", CONFIG, "--output-type", "json", "packages", "apps"], {
    cwd: folder,
    quiet: true,
  });
  try {
    return JSON.parse(output);
  } catch (cause) {
    throw new Error(`dependency-cruiser did not answer with its report:\n${output}`, { cause });
  }
}

function describe({ rule, from, to, cycle }) {
  return `${rule.name}: ${[from, ...(cycle?.map(({ name }) => name) ?? [to])].join(" → ")}`;
}
