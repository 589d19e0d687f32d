import { compose, type Server } from "./compose.ts";
import { parseConfig, type Config } from "./config.ts";
import { DEMO_PASSWORD, demoUsers } from "./features/demo/demo-school.ts";
import { createLogger, type Logger } from "./observability/logger.ts";
import { describeStartFailure, startupNotice } from "./observability/startup-notice.ts";

/** The whole stop must fit into the ten seconds that orchestrators allow. */
const STOP_DEADLINE_MS = 9_000;
/** A terminal signals the whole process group and launchers pass signals on: closer ones are one and the same. */
const SAME_SIGNAL_MS = 1_500;

const { config, problems } = parseConfig();
if (problems === undefined) await run(config, createLogger({ level: config.LOG_LEVEL }));
else fail(problems.join("\n"));

async function run(settings: Config, logger: Logger): Promise<void> {
  let server: Server | undefined;
  handleSignals(async (signal) => {
    logger.info({ signal }, "stopping");
    await server?.lifecycle.stop();
    logger.info("stopped");
  });
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "an unforeseen failure ended the process");
    process.exit(1);
  });
  try {
    server = await compose({ config: settings, logger });
    await server.lifecycle.start();
    if (server.lifecycle.state() === "ready") announce(server, settings);
  } catch (error) {
    const line = describeStartFailure(error);
    if (line === undefined) logger.fatal({ err: error }, "the server could not start");
    fail(line ?? `Tidemark could not start: ${error instanceof Error ? error.message : "see the log"}`);
  }
}

function announce(server: Server, { PUBLIC_URL, DATA_DIR, DEMO }: Config): void {
  const where = { address: `http://localhost:${server.port()}`, publicUrl: PUBLIC_URL };
  const data = { database: server.database.kind, dataDir: DATA_DIR };
  const demo = { demoAccounts: DEMO ? demoUsers : [], demoPassword: DEMO_PASSWORD };
  process.stdout.write(startupNotice({ ...where, ...data, ...demo }));
}

/** The first signal drains and stops; a later one ends at once. */
function handleSignals(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    firstAt = performance.now();
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    void stop(signal).then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
