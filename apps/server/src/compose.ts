import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  createSyncEngine,
  TidemarkError,
  tidemarkContract,
  type SyncEngine,
  type TidemarkContract,
} from "@tidemark/api/server";
import {
  createChatStore,
  createLessonStore,
  createSessionStore,
  createSyncStore,
  createUserStore,
  migrateDatabase,
  openDatabase,
  type Database,
  type DatabaseHandle,
} from "@tidemark/db";
import type { Config } from "./config.ts";
import { createAuthService } from "./features/auth/auth-service.ts";
import { createAuthenticator } from "./features/auth/authenticator.ts";
import { hashPassword } from "./features/auth/passwords.ts";
import { createRefreshTokens } from "./features/auth/refresh-tokens.ts";
import { createSessionGuard } from "./features/auth/session-guard.ts";
import { createChatHandlers } from "./features/chat/chat-handlers.ts";
import { createChatRules } from "./features/chat/chat-rules.ts";
import { createChatService } from "./features/chat/chat-service.ts";
import { DEMO_PASSWORD, demoUsers } from "./features/demo/demo-school.ts";
import { seedDemo } from "./features/demo/seed-demo.ts";
import { createLessonsService } from "./features/lessons/lessons-service.ts";
import { sampleQueueDepth } from "./features/sync/queue-depth.ts";
import { createSyncService } from "./features/sync/sync-service.ts";
import { createHttpApp } from "./http/app.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import type { Logger } from "./observability/logger.ts";
import { createMetrics } from "./observability/metrics.ts";
import type { Clock } from "./platform/clock/clock.ts";
import { createSystemClock } from "./platform/clock/system-clock.ts";
import { createRandomIds } from "./platform/ids/random-ids.ts";
import { createAccessTokens } from "./security/access-tokens.ts";
import { loadOrCreateSecret } from "./security/kept-secret.ts";
import { createOrigins } from "./security/origins.ts";
import { createPolicyEngine } from "./security/policy-engine.ts";
import { keysFromPrivateKey, keysFromSecret, type ServerKeys } from "./security/server-keys.ts";
import { createTextSigner } from "./security/text-signer.ts";

/** How long a draining server still takes requests: longer than one beat of a load balancer's health check at 1 s. */
const DRAIN_NOTICE_MS = 1_000;
/** Requests that have not ended this long after the door closed are cut. */
const CLOSE_TIMEOUT_MS = 6_000;
const DATABASE_RETRY_MS = 1_000;
/** A request that has not arrived whole by then is answered 408. */
const REQUEST_TIMEOUT_MS = 10_000;
const builtSite = fileURLToPath(new URL("../../demo-web/dist", import.meta.url));

export interface ComposeOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Replaced by tests; the machine's own otherwise. */
  readonly clock?: Clock;
  readonly siteFolder?: string;
  readonly drainNoticeMs?: number;
  readonly requestTimeoutMs?: number;
}

export interface Server {
  readonly lifecycle: Lifecycle;
  readonly database: Database;
  /** What the sync procedures call, for whoever drives it without HTTP. */
  readonly engine: SyncEngine<TidemarkContract, DatabaseHandle>;
  /** The TCP port that it listens on, once started. */
  port(): number;
}

/** Builds the server out of its parts: the only place that names adapters. Opens the database, and nothing else yet. */
export async function compose(options: ComposeOptions): Promise<Server> {
  const { config, logger, clock = createSystemClock() } = options;
  const ids = createRandomIds();
  const keys = await serverKeys(config);
  const sign = createTextSigner(keys.derive("cursors"));
  const metrics = createMetrics({
    onSampleError: (error) => logger.warn({ err: error }, "a metric could not be read"),
  });

  const database = await openDatabase({
    url: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    poolSize: config.DATABASE_POOL_SIZE,
    prepare: config.DATABASE_PREPARE,
  });
  const users = createUserStore();
  const sessions = createSessionStore();
  const lessons = createLessonStore();
  const messages = createChatStore();
  const syncStore = createSyncStore(database);

  const policy = createPolicyEngine({
    memberships: lessons,
    rules: createChatRules(messages),
    countDecision: (decision) => metrics.policyEvaluations.inc({ decision }),
  });
  const handlers = createChatHandlers(messages);
  const engine = createSyncEngine({
    contract: tidemarkContract,
    handlers,
    policy,
    store: syncStore,
    sign,
    now: clock.now,
    newId: ids.uuid,
  });

  const accessTokens = createAccessTokens({ keys, clock, lifetimeSeconds: config.ACCESS_TOKEN_TTL });
  const sessionGuard = createSessionGuard({
    clock,
    readSession: async ({ id, sessionId }) => {
      const session = await sessions.findById(database.db, sessionId);
      return session?.userId === id && session.revokedAt === null && Date.parse(session.expiresAt) > clock.now();
    },
  });
  const refreshTokens = createRefreshTokens(createTextSigner(keys.derive("refresh tokens")));
  const auth = createAuthService({
    database,
    users,
    sessions,
    sessionGuard,
    accessTokens,
    refreshTokens,
    clock,
    ids,
    metrics,
  });
  metrics.onScrape(() => sampleQueueDepth(database.db, metrics));

  const app = await createHttpApp({
    logger,
    metrics,
    clock,
    health: { state: () => lifecycle.state(), components: { database: () => database.ping() }, clock },
    trpc: {
      services: {
        auth,
        lessons: createLessonsService({ database, lessons, policy, sign }),
        chat: createChatService({ engine, database, messages, policy, sign }),
        sync: createSyncService({ engine, metrics }),
      },
      authenticate: createAuthenticator({ tokens: accessTokens, sessions: sessionGuard, metrics }),
    },
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
    appConfig: {
      syncPollIntervalMs: config.SYNC_POLL_INTERVAL * 1000,
      demoAccounts: config.DEMO ? demoUsers.map(({ email, note }) => ({ email, password: DEMO_PASSWORD, note })) : [],
    },
  });

  const stopping = new AbortController();
  const lifecycle = createLifecycle({
    drainNotice: () => pause(options.drainNoticeMs ?? DRAIN_NOTICE_MS),
    onError: (step, error) => logger.error({ err: error, step }, "a part did not stop cleanly"),
    steps: [
      { name: "database", stop: () => database.close() },
      {
        name: "http",
        start: async () => {
          await app.listen({ port: config.PORT, host: config.HOST });
        },
        stop: async () => {
          const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
          await app.close();
          clearTimeout(cut);
        },
      },
      {
        name: "data",
        start: () => untilDatabaseAnswers(prepareData),
        stop: async () => stopping.abort(),
      },
    ],
  });
  return {
    lifecycle,
    database,
    engine,
    port: () => app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]))[0] ?? 0,
  };

  async function prepareData(): Promise<void> {
    await migrateDatabase(database);
    if (!config.DEMO) return;
    const outcome = await seedDemo({ database, syncStore, users, lessons, messages, clock, hashPassword });
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

async function serverKeys(config: Config): Promise<ServerKeys> {
  if (config.JWT_PRIVATE_KEY !== undefined) return keysFromPrivateKey(config.JWT_PRIVATE_KEY);
  return keysFromSecret(config.JWT_SECRET ?? (await loadOrCreateSecret(config.DATA_DIR)));
}
