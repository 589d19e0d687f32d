import { TidemarkError } from "@tidemark/api/errors";
import { DataFolderLockedError, migrateDatabase, renewEpoch } from "@tidemark/db";
import { composeDomain, type Domain } from "./compose-domain.ts";
import { parseConfig, type Config } from "./config.ts";
import { runTasks } from "./features/tasks/run-tasks.ts";
import { parseTaskArguments } from "./features/tasks/task-arguments.ts";

// What an operator runs without the server, or beside it on Postgres: `migrate`, `seed` and `tasks`.

/** Work on an open, migrated database. */
type Work = (domain: Domain) => Promise<void>;

/** Each command reads its arguments before anything is opened: a text is one line about what is wrong with them. */
const commands: Readonly<Record<string, (args: readonly string[]) => Work | string>> = {
  migrate: (args) => {
    const isNewEpoch = args[0] === "--new-epoch";
    if (args.length > (isNewEpoch ? 1 : 0)) return "migrate takes --new-epoch and nothing else.";
    return async ({ database }) => {
      write(`The ${database.kind === "postgres" ? "Postgres" : "embedded"} database has the newest schema.`);
      if (isNewEpoch) write(`Its history has a new name, ${await renewEpoch(database)}: devices start over from it.`);
    };
  },
  seed: (args) => {
    if (args.length > 0) return "seed takes no arguments.";
    return async (domain) => {
      const outcome = await domain.seed();
      write(outcome === "seeded" ? "The demo school is there now." : "The demo school is there already.");
    };
  },
  tasks: (args) => {
    const request = parseTaskArguments(args);
    if (typeof request === "string") return request;
    return ({ tasks, cleanup }) => runTasks({ tasks, cleanup, write }, request);
  },
};

const { config, problems } = parseConfig();
// pnpm hands its own `--` on.
const [name = "", ...args] = process.argv.slice(2).filter((argument) => argument !== "--");
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
const work =
  command?.(args) ?? `There is no command ${JSON.stringify(name)}: take ${Object.keys(commands).join(", ")}.`;
if (problems !== undefined) fail(problems.join("\n"));
else if (typeof work === "string") fail(work);
else await run(config, work);

async function run(settings: Config, task: Work): Promise<void> {
  let domain: Domain | undefined;
  try {
    domain = await composeDomain({ config: settings });
    await migrateDatabase(domain.database);
    await task(domain);
  } catch (error) {
    const line = describeFailure(error, settings);
    if (line === undefined) throw error;
    fail(line);
  } finally {
    await domain?.database.close();
  }
}

/** One line for a failure that a person can mend; `undefined` for one that needs its stack. */
function describeFailure(error: unknown, { DATA_DIR, DATABASE_URL }: Config): string | undefined {
  if (error instanceof DataFolderLockedError) {
    return (
      `The embedded database in ${DATA_DIR} is in use, by a running server it seems: stop that first. ` +
      "Beside a running server this works with Postgres (DATABASE_URL)."
    );
  }
  if (!(error instanceof TidemarkError)) return undefined;
  return error.code === "UNAVAILABLE" && DATABASE_URL !== undefined ? `DATABASE_URL: ${error.message}` : error.message;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
