import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Processes that end by themselves leave their compiled modules to the next ones, between test runs too. */
export const compileCache = join(tmpdir(), "tidemark-compile-cache");
const mainFile = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface ServerProcess {
  /** Where it listens, such as `http://localhost:41234`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it printed so far, for failures. */
  output(): string;
  /** SIGKILL: no handler runs, nothing is flushed. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real server in a process of its own and waits until it is ready to serve. */
export async function startServer({ dataDir, port = 0, env = {} }: ServerOptions): Promise<ServerProcess> {
  const child = spawn(process.execPath, [mainFile], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: compileCache,
      DATA_DIR: dataDir,
      PORT: String(port),
      DEMO: "true",
      LOG_LEVEL: "info",
      // Tests call more often than people do; limits are tested where they are named.
      RATE_LIMIT_PER_MINUTE: "0",
      RATE_LIMIT_LOGIN_PER_MINUTE: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const url = await addressOf(child, lines);
  await readiness(url, child, lines);
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    output: () => lines.join("\n"),
    kill: async () => {
      await end(child, "SIGKILL");
    },
    stop: () => end(child, "SIGTERM"),
  };
}

async function addressOf(child: ChildProcess, lines: string[]): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("The server's output is not piped.");
  return new Promise((resolve, reject) => {
    const read = (line: string) => {
      lines.push(line);
      const found = /http:\/\/localhost:\d+/.exec(line);
      if (found) resolve(found[0]);
    };
    createInterface({ input: stdout }).on("line", read);
    createInterface({ input: stderr }).on("line", read);
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}:\n${lines.join("\n")}`)));
  });
}

async function readiness(url: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok === true) return;
  }
  throw new Error(`The server ended before it was ready:\n${lines.join("\n")}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "exit");
  }
  return child.exitCode;
}
