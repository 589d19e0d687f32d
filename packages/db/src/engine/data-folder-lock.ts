import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { currentProcess, isAlive, type ProcessIdentity } from "./process-identity.ts";

const LOCK_FILE = "pglite.lock";

/** The data folder belongs to a process that runs (or may run, on another host). The message is one line for a person. */
export class DataFolderLockedError extends Error {
  constructor(dataDir: string, owner: ProcessIdentity) {
    super(
      owner.host === currentProcess().host
        ? `The data folder ${dataDir} is in use by the process ${owner.pid}: stop it first, or set DATA_DIR to another folder.`
        : `The data folder ${dataDir} is in use by the process ${owner.pid} on the host ${owner.host}: stop it first; ` +
            `if it is gone, delete ${join(dataDir, LOCK_FILE)}.`,
    );
    this.name = "DataFolderLockedError";
  }
}

export interface DataFolderLock {
  release(): Promise<void>;
}

interface LockRecord extends ProcessIdentity {
  /** Unique per taking. */
  readonly nonce: string;
}

/**
 * Takes the folder for this process, or refuses. A lock is a file that appears complete or not at all (`link` of a written
 * file, which fails where the name exists, as `O_EXCL` does).
 *
 * A dead owner's lock is taken over by creating its one successor, `pglite.lock.<nonce of the dead>`: of takers that race,
 * one gets the name. Who dies between that and putting its record in the lock's place has a successor in turn, so the owner
 * is always the end of the chain.
 *
 * @throws DataFolderLockedError
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  const lockPath = join(dataDir, LOCK_FILE);
  const own: LockRecord = { ...currentProcess(), nonce: randomUUID() };
  const draftPath = `${lockPath}.draft-${own.nonce}`;
  await writeFile(draftPath, JSON.stringify(own), { flag: "wx" });
  try {
    while (!(await tryLock(draftPath, lockPath, dataDir))) continue;
  } finally {
    await rm(draftPath, { force: true });
  }
  return {
    release: async () => {
      const current = await readRecord(lockPath);
      if (current?.nonce === own.nonce) await rm(lockPath, { force: true });
    },
  };
}

/** False when the lock changed hands while it was looked at: look again. */
async function tryLock(draftPath: string, lockPath: string, dataDir: string): Promise<boolean> {
  if (await linkUnlessTaken(draftPath, lockPath)) return true;
  const first = await readRecord(lockPath);
  const successorPaths: string[] = [];
  let owner = first;
  while (owner !== undefined && first !== undefined) {
    if (isAlive(owner)) throw new DataFolderLockedError(dataDir, owner);
    const successorPath = `${lockPath}.${owner.nonce}`;
    successorPaths.push(successorPath);
    if (await linkUnlessTaken(draftPath, successorPath))
      return replaceLock({ draftPath, lockPath, first, successorPaths });
    owner = await readRecord(successorPath);
  }
  return false;
}

/** Ends a takeover, or gives it up when another ended first: the successor's name was free only because that one tidied up. */
async function replaceLock(takeover: {
  readonly draftPath: string;
  readonly lockPath: string;
  readonly first: LockRecord;
  readonly successorPaths: readonly string[];
}): Promise<boolean> {
  const { draftPath, lockPath, first, successorPaths } = takeover;
  const isStillFirst = (await readRecord(lockPath))?.nonce === first.nonce;
  if (isStillFirst) await rename(draftPath, lockPath);
  const created = isStillFirst ? successorPaths : successorPaths.slice(-1);
  await Promise.all(created.map((path) => rm(path, { force: true })));
  return isStillFirst;
}

async function linkUnlessTaken(draftPath: string, path: string): Promise<boolean> {
  try {
    await link(draftPath, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function readRecord(path: string): Promise<LockRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockRecord;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
