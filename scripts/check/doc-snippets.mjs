import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, repository } from "../repository.mjs";
import { run } from "../run.mjs";

const DOCUMENTS = ["README.md", "packages/*/README.md", "docs/guides/*.md"];
/** Whose dependencies the snippets may use. */
const LENDERS = ["apps/server", "apps/demo-web"];

/**
 * Compiles the code of README and guides: a fence ` ```ts file=name.ts ` is a module, and the fences of one document
 * import each other. One line per problem.
 */
export async function checkSnippets() {
  const tree = mkdtempSync(join(cacheFolder(), "snippets-"));
  try {
    const documents = globSync(DOCUMENTS, { cwd: repository }).filter((document) => unpack(document, tree) > 0);
    if (documents.length === 0) return ["No document has a snippet with a file name, so nothing was compiled."];
    lendPackages(tree);
    const { code, output } = await run("tsc", ["--noEmit", "--project", tree], { quiet: true });
    return code === 0 ? [] : [output.trim()];
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Writes a document's snippets into a folder of their own; answers how many there were. */
function unpack(document, tree) {
  const folder = join(tree, document.replaceAll(/\W/g, "-"));
  const fences = [...readFileSync(join(repository, document), "utf8").matchAll(/^```tsx? file=(\S+)\n(.*?)^```$/gms)];
  if (fences.length > 0) mkdirSync(folder);
  for (const [, name, code] of fences) writeFileSync(join(folder, name), code);
  return fences.length;
}

function lendPackages(tree) {
  const names = new Map();
  for (const lender of LENDERS) {
    const modules = join(repository, lender, "node_modules");
    for (const entry of globSync(["*", "@*/*"], { cwd: modules })) names.set(entry, join(modules, entry));
  }
  for (const [name, target] of names) {
    if (/^(@[^/]+|\..*)$/.test(name)) continue;
    const path = join(tree, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, "junction");
  }
  const config = {
    extends: join(repository, "tsconfig.base.json"),
    compilerOptions: {
      lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
      jsx: "react-jsx",
      allowImportingTsExtensions: true,
    },
    include: readdirSync(tree, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
      .map((entry) => entry.name),
  };
  writeFileSync(join(tree, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(tree, "tsconfig.json"), JSON.stringify(config));
}
