import {
  createSyncEngine,
  tidemarkContract,
  type ParkedFailure,
  type Services,
  type SyncEngine,
  type TidemarkContract,
} from "@tidemark/api/server";
import {
  createChatStore,
  createIdentityStore,
  createInvitationStore,
  createLessonStore,
  createReadMarkStore,
  createSessionStore,
  createSocketTicketStore,
  createSyncStore,
  createUserStore,
  openDatabase,
  readSyncDepth,
  type Database,
  type DatabaseHandle,
} from "@tidemark/db";
import type { Config } from "./config.ts";
import { createAuthService } from "./features/auth/auth-service.ts";
import { createAuthenticator, type Authenticate } from "./features/auth/authenticator.ts";
import { hashPassword } from "./features/auth/passwords.ts";
import { createOutsideIdentities } from "./features/auth/outside-identities.ts";
import { createProfiles } from "./features/auth/profiles.ts";
import { createRefreshTokens } from "./features/auth/refresh-tokens.ts";
import { createSessionGuard } from "./features/auth/session-guard.ts";
import { createSocketTickets, type SocketTickets } from "./features/auth/socket-tickets.ts";
import { createChatHandlers } from "./features/chat/chat-handlers.ts";
import { createChatRules } from "./features/chat/chat-rules.ts";
import { createChatService } from "./features/chat/chat-service.ts";
import { seedDemo } from "./features/demo/seed-demo.ts";
import { createLessonsHandlers } from "./features/lessons/lessons-handlers.ts";
import { lessonsRules } from "./features/lessons/lessons-rules.ts";
import { createLessonsService } from "./features/lessons/lessons-service.ts";
import { createPresenceService } from "./features/presence/presence-service.ts";
import { createSyncService } from "./features/sync/sync-service.ts";
import { createCleanup, type Cleanup } from "./features/tasks/cleanup.ts";
import type { Tasks } from "./features/tasks/tasks.ts";
import { noMetrics, type DomainMetrics } from "./observability/metrics.ts";
import type { Clock } from "./platform/clock/clock.ts";
import { createSystemClock } from "./platform/clock/system-clock.ts";
import { createRandomIds } from "./platform/ids/random-ids.ts";
import { createMemoryPresenceStore } from "./platform/presence-store/memory-presence-store.ts";
import { createAccessTokens } from "./security/access-tokens.ts";
import { loadOrCreateSecret } from "./security/kept-secret.ts";
import { createOutsideTokens, type OutsideTokens } from "./security/outside-tokens.ts";
import { createPolicyEngine, type OperationRules } from "./security/policy-engine.ts";
import { keysFromPrivateKey, keysFromSecret, type ServerKeys } from "./security/server-keys.ts";
import { createTextSigner } from "./security/text-signer.ts";

/** Everything behind the transports: what the server serves, and what an operator's command runs without it. */
export interface Domain {
  readonly database: Database;
  readonly engine: SyncEngine<TidemarkContract, DatabaseHandle>;
  readonly services: Services;
  readonly authenticate: Authenticate;
  readonly tickets: SocketTickets;
  readonly cleanup: Cleanup;
  readonly tasks: Tasks;
  /** Makes the demo school where it is not there yet. */
  seed(): Promise<"seeded" | "present">;
}

export interface DomainOptions {
  readonly config: Config;
  readonly metrics?: DomainMetrics;
  readonly clock?: Clock;
  /** The bench takes one that asks nothing, to see what asking costs. */
  readonly createPolicy?: typeof createPolicyEngine;
  /** Hears of a fault of ours that stopped an operation. */
  readonly onParked?: (failure: ParkedFailure) => void;
}

/** Opens the database, and nothing else yet: the schema may still be an older one. */
export async function composeDomain({
  config,
  metrics = noMetrics,
  clock = createSystemClock(),
  createPolicy = createPolicyEngine,
  onParked = () => {},
}: DomainOptions): Promise<Domain> {
  const ids = createRandomIds();
  const keys = await serverKeys(config);
  const sign = createTextSigner(keys.derive("cursors"));

  const database = await openDatabase({
    url: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    poolSize: config.DATABASE_POOL_SIZE,
    prepare: config.DATABASE_PREPARE,
  });
  const users = createUserStore();
  const sessions = createSessionStore();
  const identities = createIdentityStore();
  const socketTickets = createSocketTicketStore();
  const lessons = createLessonStore();
  const invitations = createInvitationStore();
  const messages = createChatStore();
  const syncStore = createSyncStore(database);

  const rules: OperationRules<TidemarkContract> = { ...createChatRules(messages), ...lessonsRules };
  const policy = createPolicy({
    memberships: lessons,
    rules,
    countDecision: (decision) => metrics.policyEvaluations.inc({ decision }),
  });
  const engine = createSyncEngine({
    contract: tidemarkContract,
    handlers: {
      ...createChatHandlers({ messages, readMarks: createReadMarkStore() }),
      ...createLessonsHandlers(lessons),
    },
    policy,
    store: syncStore,
    sign,
    now: clock.now,
    newId: ids.uuid,
    onParked,
  });

  const accessTokens = createAccessTokens({ keys, clock, lifetimeSeconds: config.ACCESS_TOKEN_TTL });
  const sessionGuard = createSessionGuard({
    clock,
    readSession: async ({ id, sessionId }) => {
      const session = await sessions.findById(database.db, sessionId);
      return session?.userId === id && session.revokedAt === null && Date.parse(session.expiresAt) > clock.now();
    },
  });
  const presence = createMemoryPresenceStore({ clock, ttlSeconds: config.PRESENCE_TTL });
  const refreshTokens = createRefreshTokens(createTextSigner(keys.derive("refresh tokens")));
  const tickets = createSocketTickets({ database, tickets: socketTickets, clock, metrics });
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
    profiles: createProfiles({ engine, users, lessons }),
    tickets,
  });

  return {
    database,
    engine,
    services: {
      auth,
      lessons: createLessonsService({ engine, database, lessons, invitations, users, policy, sign, clock, ids }),
      chat: createChatService({ engine, database, messages, policy, sign }),
      presence: createPresenceService({ database, lessons, presence }),
      sync: createSyncService({ engine, metrics }),
    },
    tickets,
    authenticate: createAuthenticator({
      tokens: accessTokens,
      sessions: sessionGuard,
      metrics,
      outside: outsideTokens(config, clock, (tokens) => ({
        tokens,
        identities: createOutsideIdentities({ database, users, identities, sessions, clock, ids }),
      })),
      onAuthenticated: ({ id }) => presence.touch(id),
    }),
    cleanup: createCleanup({ database, syncStore, sessions, invitations, socketTickets, clock, metrics }),
    tasks: {
      sync_push: {
        find: async () => (await readSyncDepth(database.db)).parked,
        run: (onProgress) => engine.rerunParked(onProgress),
      },
    },
    seed: () => seedDemo({ database, syncStore, users, lessons, messages, clock, hashPassword }),
  };
}

/** What the provider of `AUTH_JWKS_URL` takes part in, where there is one. */
function outsideTokens<Part>(
  { AUTH_JWKS_URL: keySetUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience }: Config,
  clock: Clock,
  withTokens: (tokens: OutsideTokens) => Part,
): Part | undefined {
  if (keySetUrl === undefined || issuer === undefined || audience === undefined) return undefined;
  return withTokens(createOutsideTokens({ keySetUrl, issuer, audience, clock }));
}

async function serverKeys(config: Config): Promise<ServerKeys> {
  if (config.JWT_PRIVATE_KEY !== undefined) return keysFromPrivateKey(config.JWT_PRIVATE_KEY);
  return keysFromSecret(config.JWT_SECRET ?? (await loadOrCreateSecret(config.DATA_DIR)));
}
