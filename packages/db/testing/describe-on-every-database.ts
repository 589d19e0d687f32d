import { afterAll, beforeAll, describe } from "vitest";
import { openDatabase, type Database, type OpenDatabaseOptions } from "../src/index.ts";
import { createDataFolders, startPostgres } from "./test-databases.ts";

export interface DatabaseContext {
  readonly kind: Database["kind"];
  /** Makes a fresh, migrated database and answers how to open it; it goes when the suite ends. */
  create(): Promise<OpenDatabaseOptions>;
  /** A fresh, migrated and open database, closed when the suite ends. */
  open(options?: { readonly poolSize?: number }): Promise<Database>;
}

/** Where fresh databases come from; closing it removes what it made. */
interface DatabaseSource {
  create(): Promise<OpenDatabaseOptions>;
  close(): Promise<void>;
}

/** Runs one suite on PGlite and on a real Postgres. */
export function describeOnEveryDatabase(title: string, suite: (context: DatabaseContext) => void): void {
  describe.each([
    { kind: "pglite" as const, name: "PGlite", startSource: startPgliteSource },
    { kind: "postgres" as const, name: "Postgres", startSource: startPostgresSource },
  ])(`${title}, on $name`, ({ kind, startSource }) => {
    const opened: Database[] = [];
    let source: DatabaseSource;
    beforeAll(async () => {
      source = await startSource();
    });
    // The suite's own hooks come later and so, in Vitest's order, run before this one.
    afterAll(async () => {
      await Promise.all(opened.map((database) => database.close()));
      await source.close();
    });
    suite({
      kind,
      create: () => source.create(),
      open: async (options) => {
        const database = await openDatabase({ ...(await source.create()), ...options });
        opened.push(database);
        return database;
      },
    });
  });
}

async function startPgliteSource(): Promise<DatabaseSource> {
  const folders = createDataFolders();
  return { create: async () => ({ dataDir: await folders.create() }), close: () => folders.close() };
}

async function startPostgresSource(): Promise<DatabaseSource> {
  const server = await startPostgres();
  return {
    create: async () => ({ url: await server.createDatabase(), dataDir: "" }),
    close: () => server.close(),
  };
}
