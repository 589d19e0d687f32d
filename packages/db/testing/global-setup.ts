import type { TestProject } from "vitest/node";
import { startEmbeddedServer } from "./embedded-server.ts";
import { makePgliteTemplate, makePostgresTemplate, removeDataFolder } from "./templates.ts";

/** Vitest global set-up: one Postgres and one PGlite template for all test files of a run, gone when it ends. */
export default async function setUpDatabases(project: TestProject): Promise<() => Promise<void>> {
  const [server, pgliteTemplate] = await Promise.all([startEmbeddedServer(), makePgliteTemplate()]);
  await makePostgresTemplate(server);
  project.provide("tidemarkDatabases", { adminUrl: server.urlOf("postgres"), pgliteTemplate });
  return async () => {
    await server.close();
    await removeDataFolder(pgliteTemplate);
  };
}
