export { describeOnEveryDatabase, type DatabaseContext } from "./describe-on-every-database.ts";
export { emptyDatabase } from "./empty-database.ts";
export { findFreePort } from "./free-port.ts";
export {
  createDataFolders,
  startOwnPostgres,
  startPostgres,
  type OwnPostgresServer,
  type TestDataFolders,
  type PostgresServer,
} from "./test-databases.ts";
