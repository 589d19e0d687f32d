import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TidemarkError, type SyncEngine, type TidemarkContract } from "@tidemark/api/server";
import { migrateDatabase, type Database, type DatabaseHandle } from "@tidemark/db";
import manifest from "../package.json" with { type: "json" };
import { composeDomain } from "./compose-domain.ts";
import type { Config } from "./config.ts";
import { DEMO_PASSWORD, demoUsers } from "./features/demo/demo-school.ts";
import { sampleQueueDepth } from "./features/sync/queue-depth.ts";
import type { Cleanup } from "./features/tasks/cleanup.ts";
import { createHousekeeping } from "./features/tasks/housekeeping.ts";
import { untilSiteIsBuilt } from "./http/site-build.ts";
import { createHttpApp } from "./http/app.ts";
import type { ConnectionLimits } from "./http/connection-limits.ts";
import { createSchemaRegistry } from "./http/schema-registry.ts";
import { createLoadShedder } from "./http/load-shedder.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import type { Logger } from "./observability/logger.ts";
import { createMetrics } from "./observability/metrics.ts";
import type { Clock } from "./platform/clock/clock.ts";
import { createSystemClock } from "./platform/clock/system-clock.ts";
import { createMemoryRateLimiter } from "./platform/rate-limiter/memory-rate-limiter.ts";
import { createCallLimits } from "./security/call-limits.ts";
import { createOrigins } from "./security/origins.ts";

/** How long a draining server still takes requests: longer than one beat of a load balancer's health check at 1 s. */
const DRAIN_NOTICE_MS = 1_000;
/** Requests that have not ended this long after the door closed are cut. */
const CLOSE_TIMEOUT_MS = 6_000;
const DATABASE_RETRY_MS = 1_000;
/** A request that has not arrived whole by then is answered 408. */
const REQUEST_TIMEOUT_MS = 10_000;
/** After the rush of a start, and every day from then on. */
const FIRST_CLEANUP_DELAY_MS = 60_000;
const CLEANUP_INTERVAL_MS = 24 * 60 * 60 * 1000;
const builtSite = fileURLToPath(new URL("../../demo-web/dist", import.meta.url));

export interface ComposeOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Replaced by tests; the machine's own otherwise. */
  readonly clock?: Clock;
  readonly siteFolder?: string;
  readonly drainNoticeMs?: number;
  /** Replaced by tests that say themselves when the notice is over. */
  readonly drainNotice?: () => Promise<void>;
  readonly requestTimeoutMs?: number;
  readonly connections?: ConnectionLimits;
  readonly firstCleanupDelayMs?: number;
}

export interface Server {
  readonly lifecycle: Lifecycle;
  readonly database: Database;
  /** What the sync procedures call, for whoever drives it without HTTP. */
  readonly engine: SyncEngine<TidemarkContract, DatabaseHandle>;
  readonly cleanup: Cleanup;
  /** The TCP port that it listens on, once started. */
  port(): number;
}

/** Builds the server out of its parts: the only place that names adapters. Opens the database, and nothing else yet. */
export async function compose(options: ComposeOptions): Promise<Server> {
  const { config, logger, clock = createSystemClock(), drainNoticeMs = DRAIN_NOTICE_MS } = options;
  const { drainNotice = () => pause(drainNoticeMs) } = options;
  const metrics = createMetrics({
    onSampleError: (error) => logger.warn({ err: error }, "a metric could not be read"),
  });
  // Before the database: a setting that is wrong should not leave a data folder behind.
  const schemas = createSchemaRegistry({
    isEnabled: config.JSON_SCHEMA_VALIDATION_ENABLED,
    folder: config.JSON_SCHEMA_DIR ?? "schemas",
    isFolderNamed: config.JSON_SCHEMA_DIR !== undefined,
  });
  const domain = await composeDomain({
    config,
    metrics,
    clock,
    onParked: ({ operation: { id, name }, error }) =>
      logger.error({ err: error, operation: { id, name } }, "an operation was parked"),
  });
  const { database, services, authenticate } = domain;
  metrics.onScrape(() => sampleQueueDepth(database.db, metrics));
  const shedder = createLoadShedder({ clock });

  const http = await createHttpApp({
    logger,
    metrics,
    clock,
    health: { state: () => lifecycle.state(), components: { database: () => database.ping() }, clock },
    shedder,
    procedures: {
      services,
      authenticate,
      createLimits: createCallLimits({
        limiter: createMemoryRateLimiter({ clock }),
        callsPerMinute: config.RATE_LIMIT_PER_MINUTE,
        signInsPerMinute: config.RATE_LIMIT_LOGIN_PER_MINUTE,
      }),
    },
    docs: { version: manifest.version, publicUrl: config.PUBLIC_URL },
    schemas,
    origins: createOrigins([config.PUBLIC_URL, ...config.ALLOWED_ORIGINS]),
    headers: {
      table: config.SECURITY_HEADERS,
      scriptSources: config.CSP_SCRIPT_SRC,
      connectSources: config.CSP_CONNECT_SRC,
      reportUri: config.CSP_REPORT_URI,
      hstsMaxAgeSeconds: config.HSTS_ENABLED ? config.HSTS_MAX_AGE : undefined,
    },
    isPublicHttps: config.PUBLIC_URL?.startsWith("https:") ?? false,
    trustProxy: config.TRUST_PROXY,
    siteFolder: options.siteFolder ?? builtSite,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    connections: options.connections,
    appConfig: {
      syncPollIntervalMs: config.SYNC_POLL_INTERVAL * 1000,
      demoAccounts: config.DEMO ? demoUsers.map(({ email, note }) => ({ email, password: DEMO_PASSWORD, note })) : [],
    },
  });

  const housekeeping = createHousekeeping({
    work: async () => logger.info(await domain.cleanup.run(), "cleanup"),
    firstDelayMs: options.firstCleanupDelayMs ?? FIRST_CLEANUP_DELAY_MS,
    intervalMs: CLEANUP_INTERVAL_MS,
    onError: (error) => logger.warn({ err: error }, "the cleanup failed; the next one comes tomorrow"),
  });
  const stopping = new AbortController();
  const lifecycle = createLifecycle({
    drainNotice,
    onError: (step, error) => logger.error({ err: error, step }, "a part did not stop cleanly"),
    steps: [
      { name: "database", stop: () => database.close() },
      { name: "load shedding", start: shedder.start, stop: shedder.stop },
      {
        name: "http",
        start: () => http.listen({ port: config.PORT, host: config.HOST }),
        stop: () => http.close({ idleGraceMs: drainNoticeMs / 2, cutAfterMs: CLOSE_TIMEOUT_MS }),
      },
      {
        name: "data",
        start: () => untilDatabaseAnswers(prepareData),
        stop: async () => stopping.abort(),
      },
      // After the data: a build that failed must not cut off the making of a database.
      { name: "site", start: untilSiteIsBuilt },
      { name: "housekeeping", ...housekeeping },
    ],
  });
  return {
    lifecycle,
    database,
    engine: domain.engine,
    cleanup: domain.cleanup,
    port: http.port,
  };

  async function prepareData(): Promise<void> {
    await migrateDatabase(database);
    if (!config.DEMO) return;
    const outcome = await domain.seed();
    logger.info({ outcome }, "demo school");
  }

  /** A database that is away is waited for, with health checks answered meanwhile: servers start in any order. */
  async function untilDatabaseAnswers(work: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TidemarkError && error.code === "UNAVAILABLE")) throw error;
        logger.warn({ err: error }, "the database cannot be reached; trying again");
        await pause(DATABASE_RETRY_MS);
      }
    }
  }
}
