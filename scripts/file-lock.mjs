import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readProcess } from "./processes.mjs";

/**
 * Takes a lock file for this process, also from an owner that is dead. It saves work, it does not protect data: two
 * processes that find the same dead owner in the same instant may both get it.
 *
 * @returns {(() => void) | undefined} how to give the lock back; `undefined` while another process holds it.
 */
export function takeLock(path) {
  if (!tryCreate(path)) {
    if (isHeld(path)) return undefined;
    rmSync(path, { force: true });
    if (!tryCreate(path)) return undefined;
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  return () => {
    process.off("exit", release);
    release();
  };
}

/** The link makes the file appear with its content: nobody ever reads a lock without an owner. */
function tryCreate(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, startedAt: readProcess(process.pid)?.startedAt }));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function isHeld(path) {
  let owner;
  try {
    owner = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // Given back between our attempt and this look: the caller tries again.
    if (error.code === "ENOENT") return true;
    throw error;
  }
  return isAlive(owner.pid) && readProcess(owner.pid)?.startedAt === owner.startedAt;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
