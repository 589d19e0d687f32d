import { readFileSync } from "node:fs";

/**
 * What Linux tells about a process; `undefined` for one that is gone, and on systems without /proc. `startedAt` tells a
 * process from a later one with the same id.
 */
export function readProcess(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold spaces; what follows is state, parent, … and, as the 20th, the start.
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  return { pid, name: text.slice(text.indexOf("(") + 1, end), parent: Number(fields[1]), startedAt: fields[19] };
}
