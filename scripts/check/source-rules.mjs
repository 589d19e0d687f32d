import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../repository.mjs";

const MAX_LINES = 400;
const CODE = /\.(ts|tsx|mjs|css)$/;
const TYPESCRIPT = /\.tsx?$/;
const TEST = /\.test\.tsx?$|\/(test|testing)\//;

/** What a line of our TypeScript may not say, where no linter has a rule for it. */
const FORBIDDEN_TEXT = [
  { pattern: /^export \* /, why: "name what a module exports: `export *` hides it" },
  { pattern: /\bas unknown as\b/, why: "a double assertion silences the compiler; narrow the value instead" },
  { pattern: /(oxlint|eslint)-disable|@ts-(ignore|nocheck)/, why: "rules are changed, not silenced" },
  { pattern: /@ts-expect-error/, why: "only a test of types may expect a type error", tests: false },
  { pattern: /\bcatch(\s*\([^)]*\))?\s*\{\s*\}/, why: "an error that is swallowed is never found" },
  { pattern: /\b(TODO|FIXME|XXX)\b/, why: "what is not done is an issue, not a comment" },
  {
    pattern: /\bvi\.wait(For|Until)\((?!.*(timeout|SOON)).*\);$/,
    why: "Vitest's own wait gives up after a second: use `expect.poll`, or say how long",
  },
  { pattern: /\bexpect\(performance\.now\(\)/, why: "a machine that stands still has no durations to test" },
  {
    pattern: /\bnew Date\(\)/,
    why: "time comes from an injected clock",
    except: /\/(system-)?clock\.ts$/,
    tests: false,
  },
];

/** Folder names that say nothing about what is inside. */
const VAGUE_FOLDER = /\/(utils|helpers|types|common|misc)\//;

/** Rules about sources as text: their size, their place, and what they may not say. One line per problem. */
export function checkSources() {
  return trackedFiles().flatMap(checkFile);
}

function checkFile(file) {
  const lines = readFileSync(join(repository, file), "utf8").trimEnd().split("\n");
  const problems = [];
  if (lines.length > MAX_LINES) problems.push(`${file}: ${lines.length} lines, at most ${MAX_LINES} may be`);
  if (VAGUE_FOLDER.test(file)) problems.push(`${file}: name the folder after its feature`);
  if (!TYPESCRIPT.test(file)) return problems;
  const rules = FORBIDDEN_TEXT.filter(
    ({ except, tests }) => !except?.test(file) && !(tests === false && TEST.test(file)),
  );
  for (const [index, line] of lines.entries()) {
    for (const { pattern, why } of rules) {
      if (pattern.test(line)) problems.push(`${file}:${index + 1}: ${why}: ${line.trim()}`);
    }
  }
  return problems;
}

/** What git tracks or would add; generated migrations are not ours to judge. */
function trackedFiles() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((file) => CODE.test(file) && !file.includes("/migrations/") && existsSync(join(repository, file)));
}
