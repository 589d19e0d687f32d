import { parseSync } from "oxc-parser";

/** What vitest calls a test or a group of tests; ours too, such as `describeOnEveryDatabase`. */
const TEST = /^(it|test)$/;
const GROUP = /^describe/;
/** What may follow the name and leaves a test that runs. */
const RUNS_ALL_THE_SAME = new Set(["each", "for", "concurrent", "sequential"]);

/**
 * The titles of the tests that a file runs, each behind the titles of the groups that it is in. What is skipped, still to
 * be written or in a comment is no test, and neither is a group without one.
 *
 * @returns {string[]}
 */
export function testTitles(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0].message}`);
  const titles = [];
  walk(program, []);
  return titles;

  function walk(node, groups) {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, groups);
      return;
    }
    if (typeof node?.type !== "string") return;
    const call = node.type === "CallExpression" ? titledCall(node) : undefined;
    if (call?.isSkipped) return;
    if (call?.isTest) titles.push([...groups, call.title].join(" "));
    const inside = call !== undefined && !call.isTest ? [...groups, call.title] : groups;
    for (const child of Object.values(node)) walk(child, inside);
  }
}

/** `it("title", …)`, `test.each(…)("title", …)`, `describe("title", …)`; `undefined` for any other call. */
function titledCall({ callee, arguments: [first] }) {
  const title = textOf(first);
  const names = namesOf(callee);
  if (title === undefined || names === undefined) return undefined;
  const [name, ...rest] = names;
  if (!TEST.test(name) && !GROUP.test(name)) return undefined;
  return { title, isTest: TEST.test(name), isSkipped: rest.some((one) => !RUNS_ALL_THE_SAME.has(one)) };
}

/** `it.each(…)` as `["it", "each"]`; `undefined` for what is no chain of names and calls. */
function namesOf(node) {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "CallExpression") return namesOf(node.callee);
  if (node.type === "TaggedTemplateExpression") return namesOf(node.tag);
  if (node.type !== "MemberExpression" || node.computed) return undefined;
  const names = namesOf(node.object);
  return names && [...names, node.property.name];
}

/** A text in the source, whatever a template puts into it left out. */
function textOf(node) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked).join("…");
  return undefined;
}
