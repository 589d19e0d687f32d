import { startOwnPostgres, type OwnPostgresServer } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

const POOL_SIZE = 2;

describe("the server when its Postgres fails", () => {
  let postgres: OwnPostgresServer;
  let server: TestServer;
  let authorization: string;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
    server = await startTestServer({
      env: { DATABASE_URL: await postgres.createDatabase(), DEMO: "true", DATABASE_POOL_SIZE: String(POOL_SIZE) },
    });
    authorization = `Bearer ${(await server.signIn("student")).session.accessToken}`;
  });
  afterAll(async () => {
    await server.stop();
    await postgres.close();
  });

  const call = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization } });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
  };
  const lessons = () => call("/api/lessons/");
  const readiness = () => call("/readyz");
  const databaseIs = (status: "ok" | "down") => ({ components: { database: { status } } });
  const untilReady = () =>
    vi.waitFor(
      async () => {
        expect(await readiness()).toMatchObject({ status: 200, body: { status: "ready", ...databaseIs("ok") } });
        expect(await lessons()).toMatchObject({ status: 200 });
      },
      { timeout: 60_000, interval: 50 },
    );

  async function expectUnavailable(): Promise<void> {
    expect(await readiness()).toMatchObject({ status: 503, body: { status: "unavailable", ...databaseIs("down") } });
    expect(await lessons()).toMatchObject({ status: 503, retryAfter: "1", body: { code: "UNAVAILABLE" } });
    expect(await call("/healthz")).toMatchObject({ status: 200 });
  }

  it("stopped: 503 with Retry-After, health tells, and it recovers unaided once Postgres is back", async () => {
    await untilReady();
    await postgres.stop();
    await expectUnavailable();
    await postgres.start();
    await untilReady();
  });

  it("every connection in a held BEGIN: 503 with Retry-After, health tells, and idle transactions are cut, which frees the pool", async () => {
    await untilReady();
    let isStalled = false;
    const held = Array.from({ length: POOL_SIZE }, () => {
      const begun = Promise.withResolvers<void>();
      const ended = server.server.database.transaction(async (tx) => {
        do {
          await tx.execute(sql`select pg_sleep(0.2)`);
          begun.resolve();
        } while (!isStalled);
        // As a process that stalls: it never goes on.
        await new Promise(() => undefined);
      });
      return { begun: begun.promise, ended: ended.catch((error: unknown) => error) };
    });
    await Promise.all(held.map(({ begun }) => begun));
    await expectUnavailable();
    isStalled = true;
    // Ten seconds from their last statement, by the setting of each session.
    await untilReady();
    for (const { ended } of held) expect(await ended).toMatchObject({ code: "UNAVAILABLE" });
  });
});
