// Watch mode: the server starts again when its sources change, Vite serves the demo with hot reload and passes the
// API's paths on to it. The first of the two to end takes the other with it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildDemo } from "./build-demo.mjs";
import { repository } from "./repository.mjs";

const demo = join(repository, "apps/demo-web");
if (!(await buildDemo())) process.exit(1);

const children = [
  start(repository, ["--watch", "--watch-preserve-output", "apps/server/src/main.ts"]),
  start(demo, [join(demo, "node_modules/vite/bin/vite.js"), "--clearScreen", "false"]),
];

const stop = () => {
  for (const child of children) child.kill("SIGTERM");
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
for (const child of children) {
  child.on("exit", (code) => {
    process.exitCode ??= code ?? 0;
    stop();
  });
}

function start(cwd, args) {
  return spawn(process.execPath, args, { cwd, stdio: "inherit" });
}
