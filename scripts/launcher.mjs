import { readProcess } from "./processes.mjs";

const CHECK_INTERVAL_MS = 500;

/**
 * Calls `onGone` once when the npx or pnpm that started this process is gone. A SIGTERM to npx ends only npx and its
 * shell: without this, the server would go on alone with the port and the data folder.
 */
export function onLauncherGone(onGone) {
  const links = launchers();
  if (links.length === 0) return;
  const timer = setInterval(() => {
    if (links.every((link) => readProcess(link.pid)?.startedAt === link.startedAt)) return;
    clearInterval(timer);
    onGone();
  }, CHECK_INTERVAL_MS);
  timer.unref();
}

/** The processes from our parent up to the outermost npx, npm or pnpm; what is above may leave as it likes (nohup). */
function launchers() {
  const ancestors = [];
  for (let ancestor = readProcess(process.ppid); ancestor !== undefined; ancestor = readProcess(ancestor.parent)) {
    ancestors.push(ancestor);
  }
  return ancestors.slice(0, ancestors.findLastIndex(({ name }) => /^(npm|npx|pnpm)/.test(name)) + 1);
}
