import type { FastifyInstance } from "fastify";
import type { Clock } from "../platform/clock/clock.ts";
import type { LoadHealth } from "./load-shedder.ts";

/** Slower than this, a component counts as down: a probe must not wait for it. */
const CHECK_TIMEOUT_MS = 1000;

export type ServingState = "starting" | "ready" | "draining";

export interface HealthDeps {
  readonly state: () => ServingState;
  /** Each resolves when its component answers. */
  readonly components: Readonly<Record<string, () => Promise<void>>>;
  readonly clock: Clock;
}

interface ComponentHealth {
  readonly status: "ok" | "down";
  readonly latencyMs: number;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can serve. A server that sheds load says so and stays in rotation: taken out,
 * its share would fall on the others, who have as much to do.
 */
export function mountHealth(
  app: FastifyInstance,
  { state, components, clock, load }: HealthDeps & { readonly load: () => LoadHealth },
): void {
  const checks = Object.entries(components).map(([name, check]) => [name, createHealthCheck(check, clock)] as const);

  app.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));

  app.get("/readyz", async (_request, reply) => {
    const found = Object.fromEntries(
      await Promise.all(checks.map(async ([name, check]) => [name, await check()] as const)),
    );
    const isUp = Object.values(found).every(({ status }) => status === "ok");
    const eventLoop = load();
    const able = eventLoop.status === "shedding" ? "shedding" : "ready";
    const status = state() === "ready" ? (isUp ? able : "unavailable") : state();
    return reply
      .code(status === able ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status, components: { ...found, eventLoop } });
  });
}

/** Probes that come together share a check. One that hangs is given up, so that the next probe sees a recovery. */
function createHealthCheck(check: () => Promise<void>, clock: Clock): () => Promise<ComponentHealth> {
  let running: Promise<ComponentHealth> | undefined;
  const measure = async (): Promise<ComponentHealth> => {
    const startedAt = clock.monotonic();
    const status = await Promise.race([
      check().then(
        () => "ok" as const,
        () => "down" as const,
      ),
      timedOut(),
    ]);
    return { status, latencyMs: Math.round((clock.monotonic() - startedAt) * 10) / 10 };
  };
  return () =>
    (running ??= measure().finally(() => {
      running = undefined;
    }));
}

const timedOut = () =>
  new Promise<"down">((resolve) => {
    setTimeout(() => resolve("down"), CHECK_TIMEOUT_MS).unref();
  });
