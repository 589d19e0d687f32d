export { describeOnEveryDatabase, type DatabaseContext } from "./describe-on-every-database.ts";
export {
  createDataFolders,
  startOwnPostgres,
  startPostgres,
  type OwnTestPostgres,
  type TestDataFolders,
  type TestPostgres,
} from "./test-databases.ts";
