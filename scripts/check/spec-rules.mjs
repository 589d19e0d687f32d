import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../repository.mjs";
import { PLANTED_PROBLEMS, PLANTED_SPEC, PLANTED_TESTS } from "./planted-rules.mjs";
import { testTitles } from "./test-titles.mjs";

/** Where rules are written down, and the form that a rule's own line has there. */
const SPECS = [
  { file: "packages/api/src/sync/SPEC.md", rule: /^- \*\*(S\d+)\*\*/gm },
  { file: "packages/sync-client/SPEC.md", rule: /^\| (C\d+) \|/gm },
];
const TESTS = /(\.test\.tsx?|-suite\.ts)$/;

/**
 * Holds the specifications against the titles of the tests, then a planted specification against planted tests: a check
 * that reads no titles finds nothing wrong either.
 *
 * @returns {string[]} one line per problem.
 */
export function checkSpecRules() {
  const titles = titlesOf(testFiles().map((file) => ({ file, text: read(file) })));
  const problems = SPECS.flatMap(({ file, rule }) => compare({ file, rule, text: read(file) }, titles));

  const planted = compare(PLANTED_SPEC, titlesOf(PLANTED_TESTS));
  if (planted.join("\n") === PLANTED_PROBLEMS.join("\n")) return problems;
  return [...problems, `The check finds in what is planted for it:\n${planted.join("\n")}`];
}

/** Rules that no test's title quotes, and titles that quote a rule that is not written down. */
function compare({ file, rule, text }, titles) {
  const ids = [...text.matchAll(rule)].map(([, id]) => id);
  if (ids.length === 0) return [`${file}: no rule was found in it; has its form changed?`];
  const written = new RegExp(`\\b${ids[0][0]}\\d+\\b`, "g");
  const quoted = new Map(titles.flatMap(({ test, title }) => (title.match(written) ?? []).map((id) => [id, test])));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${file}: ${id} is written down twice`),
    ...ids.filter((id) => !quoted.has(id)).map((id) => `${file}: no test quotes ${id} in its title`),
    ...[...quoted]
      .filter(([id]) => !ids.includes(id))
      .map(([id, test]) => `${test}: quotes ${id}, which ${file} does not have`),
  ];
}

const titlesOf = (tests) =>
  tests.flatMap(({ file, text }) => testTitles(file, text).map((title) => ({ test: file, title })));

const read = (file) => readFileSync(join(repository, file), "utf8");

function testFiles() {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "packages", "apps"], {
    cwd: repository,
  });
  const files = listed.toString().split("\n");
  return files.filter((file) => TESTS.test(file) && existsSync(join(repository, file)));
}
