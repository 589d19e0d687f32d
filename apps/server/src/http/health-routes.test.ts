import fastify from "fastify";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createManualClock } from "../platform/clock/manual-clock.ts";
import { mountHealth } from "./health-routes.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("a component that does not answer for a second is down: a probe waits no longer for it", async () => {
  const app = fastify();
  const asked = Promise.withResolvers<void>();
  mountHealth(app, {
    state: () => "ready",
    components: {
      database: () => {
        asked.resolve();
        return new Promise(() => undefined);
      },
    },
    clock: createManualClock(0),
    load: () => ({ status: "ok", latencyMs: 0 }),
  });
  const answer = app.inject({ url: "/readyz" });
  await asked.promise;
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await answer).json()).toMatchObject({
    status: "unavailable",
    components: { database: { status: "down" } },
  });
  await app.close();
});
