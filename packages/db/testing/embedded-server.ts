import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { loadEmbeddedPostgres } from "./embedded-package.ts";
import { findFreePort } from "./free-port.ts";

/** A Postgres 18 of its own, from npm, in a temporary folder and on a free port of the loopback address. */
export interface EmbeddedServer {
  urlOf(database: string): string;
  /** Shuts it down, cutting every connection; its data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

const FLAGS = [
  // Tests kill the server's clients, never its power.
  ["fsync", "off"],
  ["listen_addresses", "127.0.0.1"],
  ["unix_socket_directories", ""],
  ["max_connections", "200"],
  ["deadlock_timeout", "100ms"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);

export async function startEmbeddedServer(): Promise<EmbeddedServer> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-postgres-"));
  const dropWatch = watchParent(folder);
  // The user that Postgres runs as enters this folder, and owns only the data in it.
  await chmod(folder, 0o755);
  const databaseDir = join(folder, "data");
  await mkdir(databaseDir);
  const EmbeddedPostgres = await loadEmbeddedPostgres(join(folder, "program"));
  const port = await findFreePort();
  const log: string[] = [];
  const keepLog = (line: unknown) => {
    log.push(String(line));
  };
  const embedded = new EmbeddedPostgres({
    databaseDir,
    port,
    // Postgres refuses to run as root; the package then runs it as the user "postgres".
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--no-sync"],
    postgresFlags: FLAGS,
    onLog: keepLog,
    onError: keepLog,
  });
  const start = () =>
    embedded.start().catch((cause: unknown) => {
      throw new Error(`Postgres did not start: ${log.slice(-5).join("")}`, { cause });
    });

  await embedded.initialise();
  await start();
  return {
    urlOf: (database) => `postgres://postgres:password@127.0.0.1:${port}/${database}`,
    stop: () => embedded.stop(),
    start,
    close: async () => {
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
      dropWatch();
    },
  };
}

/** Stops the server and removes its folder when this process dies without doing so itself, by SIGKILL even. */
function watchParent(folder: string): () => void {
  if (process.platform === "win32") return () => undefined;
  const script = `
    trap "" INT TERM HUP
    cat > /dev/null
    pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
    if [ -n "$pid" ]; then
      kill -QUIT "$pid"
      while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
    fi
    rm -rf "$1"`;
  const watch = spawn("sh", ["-c", script, "sh", folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  watch.unref();
  return () => {
    watch.stdin.end();
  };
}
