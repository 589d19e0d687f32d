import { inject } from "vitest";
import { startEmbeddedServer } from "./embedded-server.ts";
import {
  copyPgliteTemplate,
  copyPostgresTemplate,
  makePgliteTemplate,
  makePostgresTemplate,
  removeDataFolder,
} from "./templates.ts";

/** What the global set-up starts for all test files of a run. */
interface SharedDatabases {
  /** URL of the shared server's maintenance database. */
  readonly adminUrl: string;
  /** Folder of a migrated, closed PGlite. */
  readonly pgliteTemplate: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** Absent in a project without the global set-up. */
    tidemarkDatabases?: SharedDatabases;
  }
}

/** A real Postgres for tests. */
export interface PostgresServer {
  /** Makes a fresh, migrated database and answers its URL. */
  createDatabase(): Promise<string>;
  /** Ends the server, if it belongs to this file alone; the run's shared one goes on. */
  close(): Promise<void>;
}

/** A real Postgres that belongs to one test file, which may stop and start it. */
export interface OwnPostgresServer extends PostgresServer {
  /** URL of the server's maintenance database. */
  readonly adminUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The run's shared Postgres where the global set-up has started one, else one for this file. */
export async function startPostgres(): Promise<PostgresServer> {
  const shared = inject("tidemarkDatabases");
  if (shared === undefined) return startOwnPostgres();
  return {
    createDatabase: async () => {
      const url = new URL(shared.adminUrl);
      url.pathname = await copyPostgresTemplate(shared.adminUrl);
      return url.href;
    },
    close: async () => undefined,
  };
}

export async function startOwnPostgres(): Promise<OwnPostgresServer> {
  const server = await startEmbeddedServer();
  await makePostgresTemplate(server);
  const adminUrl = server.urlOf("postgres");
  return {
    adminUrl,
    createDatabase: async () => server.urlOf(await copyPostgresTemplate(adminUrl)),
    stop: () => server.stop(),
    start: () => server.start(),
    close: () => server.close(),
  };
}

/** Migrated data folders for PGlite. */
export interface TestDataFolders {
  create(): Promise<string>;
  /** Removes every folder it made. */
  close(): Promise<void>;
}

export function createDataFolders(): TestDataFolders {
  const folders: string[] = [];
  const shared = inject("tidemarkDatabases");
  let ownTemplate: Promise<string> | undefined;
  const template = async () => shared?.pgliteTemplate ?? (ownTemplate ??= makePgliteTemplate());
  return {
    create: async () => {
      const folder = await copyPgliteTemplate(await template());
      folders.push(folder);
      return folder;
    },
    close: async () => {
      if (ownTemplate !== undefined) folders.push(await ownTemplate);
      await Promise.all(folders.splice(0).map(removeDataFolder));
    },
  };
}
