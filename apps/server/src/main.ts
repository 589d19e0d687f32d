import { compose, type Server } from "./compose.ts";
import { parseConfig, type Config } from "./config.ts";
import { DEMO_PASSWORD, demoUsers } from "./features/demo/demo-school.ts";
import { createLogger, type Logger } from "./observability/logger.ts";
import { startupNotice } from "./observability/startup-notice.ts";

/** The whole stop must fit into the ten seconds that orchestrators allow. */
const STOP_DEADLINE_MS = 9_000;
/** A terminal signals the whole process group, and a parent passes the signal on: closer ones are one and the same. */
const SAME_SIGNAL_MS = 500;

const { config, problems } = parseConfig();
if (problems === undefined) await run(config);
else fail(problems.join("\n"));

async function run(settings: Config): Promise<void> {
  const logger = createLogger({ level: settings.LOG_LEVEL });
  process.on("uncaughtException", (error) => crash(logger, error));
  process.on("unhandledRejection", (reason) => crash(logger, reason));
  try {
    const server = await compose({ config: settings, logger });
    handleSignals(server);
    await server.lifecycle.start();
    if (server.lifecycle.state() === "ready") announce(server, settings);
  } catch (error) {
    logger.fatal({ err: error }, "the server could not start");
    fail(`Tidemark could not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function announce(server: Server, { PUBLIC_URL, DATA_DIR, DEMO }: Config): void {
  const address = `http://localhost:${server.port()}`;
  const demoAccounts = DEMO ? demoUsers : [];
  const facts = { address, publicUrl: PUBLIC_URL, database: server.database.kind, dataDir: DATA_DIR };
  process.stdout.write(startupNotice({ ...facts, demoAccounts, demoPassword: DEMO_PASSWORD }));
}

/** The first signal drains and stops; a second one ends at once. */
function handleSignals({ lifecycle }: Server): void {
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt < SAME_SIGNAL_MS) return;
    if (firstAt !== undefined) process.exit(1);
    firstAt = now;
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    void lifecycle.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}

function crash(logger: Logger, error: unknown): void {
  logger.fatal({ err: error }, "an unforeseen failure ended the process");
  process.exit(1);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
