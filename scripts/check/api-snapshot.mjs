// What the SDK shows to the outside, compared with the committed list. `node scripts/check/api-snapshot.mjs` writes the list
// anew: a change of it is a change of the public surface, for the changelog and perhaps for an ADR.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { packPackages } from "../pack.mjs";
import { cacheFolder, repository } from "../repository.mjs";
import { run } from "../run.mjs";

const PACKAGE = "@tidemark/sync-client";
const SNAPSHOT = join(repository, "packages/sync-client/api-snapshot.txt");

/** One problem when the packed declarations say something else than the snapshot. */
export async function checkApiSnapshot() {
  if ((await describeApi()) === readFileSync(SNAPSHOT, "utf8")) return [];
  return [
    `The public names or types of ${PACKAGE} are not those of packages/sync-client/api-snapshot.txt. If they are meant to ` +
      "change: npx pnpm@12 exec node scripts/check/api-snapshot.mjs, a changeset, and an ADR where a name of the surface changes.",
  ];
}

/** Every entry with the names it exports, then every declaration that they reach, without comments. */
async function describeApi() {
  const folder = mkdtempSync(join(cacheFolder(), "api-"));
  try {
    const { tarball } = (await packPackages()).find(({ name }) => name === PACKAGE);
    await run("tar", ["-xzf", tarball, "-C", folder], { quiet: true });
    const root = join(folder, "package");
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const modules = globSync("dist/*.d.ts", { cwd: root }).map((file) => read(root, file));
    const entries = Object.entries(exports).filter(([, target]) => target.types !== undefined);
    return [
      ...entries.map(([path, { types }]) => {
        const names = modules.find(({ file }) => join(file) === join(types)).exported;
        return `${PACKAGE}${path.slice(1)}\n${names.map((name) => `  ${name}`).join("\n")}\n`;
      }),
      ...modules.flatMap(({ declarations }) => declarations).sort(byText),
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const byText = (one, other) => (one < other ? -1 : 1);

function read(root, file) {
  const text = readFileSync(join(root, file), "utf8");
  const { program, comments } = parseSync(file, text);
  const own = program.body.filter(({ type }) => !/^(Import|Export)/.test(type));
  const exported = program.body
    .filter(({ type }) => type === "ExportNamedDeclaration")
    .flatMap(({ specifiers }) => specifiers.map((specifier) => specifier.exported.name))
    .sort(byText);
  return { file, exported, declarations: own.map((node) => textOf(node, { text, comments })) };
}

/** A declaration as it stands, without its comments and the lines that they leave empty. */
function textOf({ start, end }, { text, comments }) {
  let code = "";
  let position = start;
  for (const comment of comments.filter((candidate) => candidate.start >= start && candidate.end <= end)) {
    code += text.slice(position, comment.start);
    position = comment.end;
  }
  return `${(code + text.slice(position, end)).replaceAll(/^\s*\n/gm, "")}\n`;
}

if (import.meta.main) writeFileSync(SNAPSHOT, await describeApi());
