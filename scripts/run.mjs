import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { repository } from "./repository.mjs";

/** The workspace's own programs, wherever the script was called from. */
const PATH = [join(repository, "node_modules/.bin"), process.env.PATH].join(delimiter);

/**
 * Runs a program of the workspace to its end. With `quiet` its output is collected instead of shown.
 *
 * @returns {Promise<{ code: number, output: string }>} `code` is 1 where a signal ended it.
 */
export function run(program, args, { quiet = false, env = {}, cwd = repository } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...env, PATH },
      stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Seconds since `started` (a `performance.now()`), for people. */
export function secondsSince(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
