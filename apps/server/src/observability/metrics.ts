import { errorCodes } from "@tidemark/api/errors";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A database that hangs must not hang the scrape too. */
const SAMPLE_TIMEOUT_MS = 1000;

interface Counts<Label extends string> {
  inc(labels: Partial<Record<Label, string>>, value?: number): void;
}

interface Durations {
  /** Answers what ends it. */
  startTimer(): () => unknown;
}

/** What the domain counts, whoever reads it. */
export interface DomainMetrics {
  readonly policyEvaluations: Counts<"decision">;
  readonly tokenOperations: Counts<"operation" | "result">;
  readonly syncPushSeconds: Durations;
  readonly syncPullSeconds: Durations;
  readonly syncOperations: Counts<"status">;
  readonly cleanupRows: Counts<"kind">;
}

const uncounted = { inc: () => undefined, startTimer: () => () => undefined };

/** For a domain without a server, whose metrics nobody could read. */
export const noMetrics: DomainMetrics = {
  policyEvaluations: uncounted,
  tokenOperations: uncounted,
  syncPushSeconds: uncounted,
  syncPullSeconds: uncounted,
  syncOperations: uncounted,
  cleanupRows: uncounted,
};

/** Every metric of the server, declared in this one place. No label ever holds a person's or a lesson's id. */
export interface Metrics extends DomainMetrics {
  readonly httpRequestSeconds: Histogram<"method" | "route" | "status">;
  readonly httpRequestsRefused: Counter<"reason">;
  readonly cspReports: Counter<"directive">;
  readonly policyEvaluations: Counter<"decision">;
  readonly tokenOperations: Counter<"operation" | "result">;
  readonly syncPushSeconds: Histogram;
  readonly syncPullSeconds: Histogram;
  readonly syncOperations: Counter<"status">;
  readonly syncQueueDepth: Gauge<"kind">;
  readonly cleanupRows: Counter<"kind">;
  /** Runs before every scrape; for gauges whose truth lies in the database. */
  onScrape(sample: () => Promise<void>): void;
  /** The exposition text; a sample that fails leaves its gauges as they were. */
  scrape(): Promise<string>;
  readonly contentType: string;
}

/** One registry per server, so that several can run in one process. */
export function createMetrics(deps: { readonly onSampleError: (error: unknown) => void }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const samples: (() => Promise<void>)[] = [];
  collectDefaultMetrics({ register: registry });
  const httpRequestsRefused = new Counter({
    name: "http_requests_refused_total",
    help: "Requests answered with an error, by its code",
    labelNames: ["reason"],
    registers,
  });
  // There from the start: a counter that appears with its first fault has not risen, and no alert would hear of that one.
  for (const reason of errorCodes) httpRequestsRefused.inc({ reason }, 0);
  return {
    httpRequestSeconds: new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request's headers to the end of its answer",
      labelNames: ["method", "route", "status"],
      buckets: SECONDS,
      registers,
    }),
    httpRequestsRefused,
    cspReports: new Counter({
      name: "csp_reports_total",
      help: "Violations of the Content Security Policy that browsers reported, by directive",
      labelNames: ["directive"],
      registers,
    }),
    policyEvaluations: new Counter({
      name: "policy_evaluations_total",
      help: "Decisions of the policy engine",
      labelNames: ["decision"],
      registers,
    }),
    tokenOperations: new Counter({
      name: "token_operations_total",
      help: "Sign-ins, refreshes, sign-outs, socket tickets and checks of access tokens",
      labelNames: ["operation", "result"],
      registers,
    }),
    syncPushSeconds: new Histogram({
      name: "sync_push_seconds",
      help: "Time the sync engine took for a push",
      buckets: SECONDS,
      registers,
    }),
    syncPullSeconds: new Histogram({
      name: "sync_pull_seconds",
      help: "Time the sync engine took for a pull",
      buckets: SECONDS,
      registers,
    }),
    syncOperations: new Counter({
      name: "sync_operations_total",
      help: "Operations of pushes, by their result",
      labelNames: ["status"],
      registers,
    }),
    syncQueueDepth: new Gauge({
      name: "sync_queue_depth",
      help: "Operations waiting: on devices seen in the last five minutes, parked, and as follow-up jobs",
      labelNames: ["kind"],
      registers,
    }),
    cleanupRows: new Counter({
      name: "cleanup_rows_total",
      help: "Rows that the daily cleanup forgot: old deletions, ended sessions, expired invitations and socket tickets",
      labelNames: ["kind"],
      registers,
    }),
    onScrape: (sample) => {
      samples.push(sample);
    },
    scrape: async () => {
      const outcomes = await Promise.allSettled(samples.map((sample) => within(SAMPLE_TIMEOUT_MS, sample())));
      for (const outcome of outcomes) if (outcome.status === "rejected") deps.onSampleError(outcome.reason);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms.`)), milliseconds);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
