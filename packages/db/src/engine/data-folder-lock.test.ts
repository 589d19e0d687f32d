import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataFolder } from "./data-folder-lock.ts";
import { currentProcess } from "./process-identity.ts";

const moduleUrl = new URL("./data-folder-lock.ts", import.meta.url).href;
/** Takes the lock, says how that went in one line, and holds it until it is killed. */
const holderScript = `
  const { lockDataFolder } = await import(${JSON.stringify(moduleUrl)});
  await lockDataFolder(process.argv[1]).then(() => console.log("locked"), (error) => console.log(error.message));
  setInterval(() => undefined, 1000);`;

describe("the data folder's lock", () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidemark-lock-"));
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map(kill));
    await rm(folder, { recursive: true, force: true });
  });

  const startHolder = async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", holderScript, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    return { child, said: said.toString().trim() };
  };
  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const writeLock = (name: string, fields: object) =>
    writeFile(join(folder, name), JSON.stringify({ ...currentProcess(), nonce: "first", ...fields }));
  const dead = { pid: 2 ** 22 + 1 };

  it("refuses a second process in one line that names the owner and what to do", async () => {
    const { child, said } = await startHolder();
    expect(said).toBe("locked");
    const failure: unknown = await lockDataFolder(folder).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "DataFolderLockedError" });
    expect(String(failure)).toContain(`in use by the process ${child.pid}: stop it first`);
    expect(String(failure)).not.toContain("\n");
    expect((await startHolder()).said).toContain(`the process ${child.pid}`);
  });

  it("refuses the same process a second time, and is free again once released", async () => {
    const lock = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toThrow(`the process ${process.pid}`);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockDataFolder(folder)).release();
  });

  it("is taken at once from an owner that was killed", async () => {
    const { child } = await startHolder();
    await kill(child);
    const lock = await lockDataFolder(folder);
    expect(await readdir(folder)).toEqual(["pglite.lock"]);
    await lock.release();
  });

  it("is taken from an owner whose pid now belongs to another process", async () => {
    await writeLock("pglite.lock", { startedAt: "long before this process" });
    await (await lockDataFolder(folder)).release();
  });

  it("is never taken from a process on another host, which nobody here can see", async () => {
    await writeLock("pglite.lock", { ...dead, host: "elsewhere" });
    await expect(lockDataFolder(folder)).rejects.toThrow(/on the host elsewhere: .*delete .*pglite\.lock/);
  });

  it("goes to exactly one of many takers that find the owner dead", async () => {
    await writeLock("pglite.lock", dead);
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => lockDataFolder(folder)));
    const locks = outcomes.filter(({ status }) => status === "fulfilled");
    expect(locks).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["pglite.lock"]);
  });

  it("goes to exactly one of several processes that find the owner dead", async () => {
    await writeLock("pglite.lock", dead);
    const holders = await Promise.all(Array.from({ length: 5 }, startHolder));
    expect(holders.filter(({ said }) => said === "locked")).toHaveLength(1);
  });

  it("is taken from a taker that died while it took over, and leaves no file behind", async () => {
    await writeLock("pglite.lock", dead);
    await writeLock("pglite.lock.first", { ...dead, nonce: "second" });
    const lock = await lockDataFolder(folder);
    expect(await readdir(folder)).toEqual(["pglite.lock"]);
    await lock.release();
  });

  it("is not taken while a living taker is taking over", async () => {
    await writeLock("pglite.lock", dead);
    await writeLock("pglite.lock.first", { nonce: "second" });
    await expect(lockDataFolder(folder)).rejects.toThrow(`the process ${process.pid}`);
    expect((await readdir(folder)).toSorted()).toEqual(["pglite.lock", "pglite.lock.first"]);
  });
});
