import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { findFreePort } from "@tidemark/db/testing";

const repository = new URL("../../../../", import.meta.url).pathname;

/** What a page has and Node lacks. The README's `/trpc` stands for the server that serves the page. */
const BROWSER = `
import "fake-indexeddb/auto";
const { fetch } = globalThis;
globalThis.fetch = (url, init) => fetch(new URL(url, process.env.ORIGIN), init);
`;

/** Another device of the same person, without knowing the list: it pulls what the person may read. */
const OTHER_DEVICE = `
import { createSync } from "@tidemark/sync-client";
import { createTRPCClient, httpLink } from "@trpc/client";
import { contract } from "./contract.ts";
import type { AppRouter } from "./server.ts";

const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url: "/trpc", headers: { authorization: "Bearer ann" } })] });
const sync = createSync({ contract, trpc, user: { id: "ann" } });
const todos = sync.query("todo", {});
todos.subscribe(() => console.log(JSON.stringify(todos.get())));
`;

const INSTALLED = [
  "@electric-sql/pglite",
  "@trpc/client",
  "@trpc/server",
  "@types/node",
  "@types/react",
  "drizzle-orm",
  "fake-indexeddb",
  "react",
  "typescript",
  "zod",
];

export interface ReadmeApp extends AsyncDisposable {
  /** What tsc says of the app and of every declaration that it loads, drizzle's own apart: they do not pass by themselves. */
  typeErrors(): Promise<readonly string[]>;
  /** Starts a module of the app and resolves once it has printed what `until` matches. */
  start(file: string, until: RegExp): Promise<string>;
}

/** An empty app in a folder of its own, outside of the workspace: the packed tarballs, and the README's code. */
export async function createReadmeApp(): Promise<ReadmeApp> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-app-"));
  const started: ChildProcess[] = [];
  const port = await findFreePort();
  const env = { ...process.env, PORT: String(port), ORIGIN: `http://localhost:${port}`, DATABASE_URL: undefined };
  const launch = (program: string, args: readonly string[]) => spawn(program, args, { cwd: folder, env });
  const finish = async (program: string, args: readonly string[]) => {
    const child = launch(program, args);
    const output = collect(child);
    const code = await new Promise((resolve, reject) => void child.on("error", reject).on("close", resolve));
    return { code, text: output.text };
  };
  const run = async (program: string, args: readonly string[]) => {
    const { code, text } = await finish(program, args);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${String(code)}:\n${text}`);
  };

  await run(process.execPath, [join(repository, "scripts/pack.mjs"), join(folder, "tarballs")]);
  await writeManifest(folder);
  await writeSources(folder);
  await run("npx", ["--yes", "pnpm@12", "install", "--prefer-offline", "--ignore-scripts"]);

  return {
    typeErrors: async () => {
      const { code, text } = await finish("node_modules/.bin/tsc", ["--project", "."]);
      const errors = text.split("\n").filter((line) => /^\S.*: error TS/.test(line));
      if (code !== 0 && errors.length === 0) throw new Error(`tsc ended with ${String(code)}:\n${text}`);
      return errors.filter((line) => !line.startsWith("node_modules/.pnpm/drizzle-orm@"));
    },
    start: (file, until) => {
      const child = launch(process.execPath, ["--import", "./browser.mjs", file]);
      started.push(child);
      return printed(child, until);
    },
    async [Symbol.asyncDispose]() {
      const ended = started.map((child) => new Promise((resolve) => child.once("close", resolve)));
      const alive = started.map((child) => child.exitCode === null && child.kill("SIGKILL"));
      await Promise.all(ended.filter((_, index) => alive[index] === true));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The versions of the workspace's own catalog, so that its store has them. */
async function writeManifest(folder: string): Promise<void> {
  const catalog = await readFile(join(repository, "pnpm-workspace.yaml"), "utf8");
  const versionOf = (name: string) => {
    const [, version] = new RegExp(`^  "?${name}"?: (\\S+)$`, "m").exec(catalog) ?? [];
    if (version === undefined) throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml.`);
    return version;
  };
  const tarballs = Object.fromEntries(
    ["api", "db", "sync-client"].map((name) => [`@tidemark/${name}`, `file:./tarballs/tidemark-${name}-0.1.0.tgz`]),
  );
  const dependencies = { ...tarballs, ...Object.fromEntries(INSTALLED.map((name) => [name, versionOf(name)])) };
  await writeJson(join(folder, "package.json"), { name: "app", private: true, type: "module", dependencies });
  // The packages name each other by version, which no registry has.
  await writeJson(join(folder, "pnpm-workspace.yaml"), { overrides: tarballs, pmOnFail: "ignore" });
  await writeJson(join(folder, "tsconfig.json"), {
    compilerOptions: {
      target: "ES2024",
      lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
      module: "NodeNext",
      types: ["node"],
      jsx: "react-jsx",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      allowImportingTsExtensions: true,
      noEmit: true,
    },
    include: ["*.ts", "*.tsx"],
  });
}

async function writeSources(folder: string): Promise<void> {
  const readme = await readFile(join(repository, "packages/sync-client/README.md"), "utf8");
  for (const [, name = "", code = ""] of readme.matchAll(/^```tsx? file=(\S+)\n(.*?)^```$/gms)) {
    await writeFile(join(folder, basename(name)), code);
  }
  await writeFile(join(folder, "other-device.ts"), OTHER_DEVICE);
  await writeFile(join(folder, "browser.mjs"), BROWSER);
}

const writeJson = (file: string, value: unknown) => writeFile(file, JSON.stringify(value));

function collect(child: ChildProcess): { text: string } {
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output.text += String(chunk)));
  return output;
}

function printed(child: ChildProcess, until: RegExp): Promise<string> {
  const output = collect(child);
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => until.test(output.text) && resolve(output.text));
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`It ended with ${code} before printing ${until}:\n${output.text}`)));
  });
}
