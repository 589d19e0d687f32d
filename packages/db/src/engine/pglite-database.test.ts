import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { createDataFolders } from "../../testing/index.ts";
import { openDatabase } from "./open-database.ts";
import { selectRows } from "./raw-rows.ts";

const moduleUrl = new URL("./open-database.ts", import.meta.url).href;
const drizzleUrl = import.meta.resolve("drizzle-orm");
/** Commits one row after another and names each in a line once it is committed. */
const writerScript = `
  const { openDatabase } = await import(${JSON.stringify(moduleUrl)});
  const { sql } = await import(${JSON.stringify(drizzleUrl)});
  const database = await openDatabase({ dataDir: process.argv[1] });
  for (let version = 1; ; version += 1) {
    await database.transaction((tx) => tx.execute(sql\`insert into sync_scopes values (\${"scope " + version}, \${version})\`));
    console.log(version);
  }`;

describe("the embedded database", () => {
  const folders = createDataFolders();
  afterAll(() => folders.close());

  it("refuses a data folder that is open, until it is closed", async () => {
    const dataDir = await folders.create();
    const first = await openDatabase({ dataDir });
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ name: "DataFolderLockedError" });
    await first.close();
    await (await openDatabase({ dataDir })).close();
  });

  it("I1: has every commit that was acknowledged before its process was killed, and opens at once", async () => {
    const dataDir = await folders.create();
    const writer = spawn(process.execPath, ["--input-type=module", "-e", writerScript, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(writer, "exit");
    let acknowledged = 0;
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 100) writer.kill("SIGKILL");
    }
    await exited;
    const database = await openDatabase({ dataDir });
    const rows = await selectRows<{ version: number }>(
      database.db,
      sql`select version from sync_scopes order by version`,
    );
    // The commit that was under way when the process died may be there or not.
    const all = Array.from({ length: rows.length }, (_, index) => index + 1);
    expect(rows.map(({ version }) => version)).toEqual(all);
    expect([acknowledged, acknowledged + 1]).toContain(rows.length);
    await database.close();
  });
});
