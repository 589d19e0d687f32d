import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { describe, expect, it } from "vitest";
import { TidemarkError } from "../errors.ts";
import { createSyncRouter } from "./create-sync-router.ts";
import { formatSyncError } from "./format-sync-error.ts";
import type { SyncUser } from "./sync-policy.ts";
import { add, ann, batch, deviceIdOf, openTodos } from "./todo-fixture.ts";

interface Context {
  readonly user: SyncUser | null;
}

/** Somebody's tRPC app with a procedure of its own, and a client of it as Ann or as nobody. */
async function openApp() {
  const { engine } = await openTodos();
  const t = initTRPC.context<Context>().create({ isDev: false, errorFormatter: formatSyncError });
  const away = new TidemarkError("UNAVAILABLE", { message: "Away.", retryAfterSeconds: 7 });
  const failing = { push: () => Promise.reject(away), pull: () => Promise.reject(new TypeError("secret")) };
  const router = t.router({
    greet: t.procedure.query(() => "hello"),
    sync: createSyncRouter({ engine, userOf: (context: Context) => context.user }),
    failing: createSyncRouter({ engine: failing, userOf: (context: Context) => context.user }),
  });
  const clientOf = (user: SyncUser | null) =>
    createTRPCClient<typeof router>({
      links: [
        httpLink({
          url: "http://app.test/trpc",
          fetch: (url, init) =>
            fetchRequestHandler({
              endpoint: "/trpc",
              router,
              req: new Request(url, init as RequestInit),
              createContext: () => ({ user }),
            }),
        }),
      ],
    });
  return { trpc: clientOf(ann), stranger: clientOf(null) };
}

const dataOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("the call must fail"),
    (error: unknown) => (error instanceof TRPCClientError ? { ...error.data, message: error.message } : error),
  );
const nothing = { deviceId: deviceIdOf(1), cursor: null };

describe("sync in somebody's own tRPC app", () => {
  it("S2: pushes and pulls beside the app's own procedures", async () => {
    const { trpc } = await openApp();
    expect(await trpc.greet.query()).toBe("hello");
    expect(await trpc.sync.push.mutate(batch([add(1)]))).toMatchObject({
      lastSeq: 1,
      results: [{ status: "applied" }],
    });
    expect((await trpc.sync.pull.query(nothing)).changes).toHaveLength(1);
  });

  it("S36: tells the client the catalogue's code, the HTTP status and the details of a refusal", async () => {
    const { trpc } = await openApp();
    await trpc.sync.push.mutate(batch([add(1)]));
    expect(await dataOf(trpc.sync.push.mutate(batch([add(5)])))).toMatchObject({
      code: "SEQUENCE_GAP",
      httpStatus: 409,
      expectedSeq: 2,
    });
    expect(await dataOf(trpc.failing.push.mutate(batch([add(1)])))).toMatchObject({
      code: "UNAVAILABLE",
      httpStatus: 503,
      retryAfterSeconds: 7,
    });
  });

  it("leaves every other error as the app's tRPC shapes it", async () => {
    const { trpc } = await openApp();
    expect(await dataOf(trpc.failing.pull.query(nothing))).toMatchObject({
      code: "INTERNAL_SERVER_ERROR",
      httpStatus: 500,
    });
  });

  it("S36: says nothing of where an error arose, in answers of either kind", async () => {
    const { trpc, stranger } = await openApp();
    const refusals = [
      trpc.sync.push.mutate(batch([add(5)])),
      trpc.failing.push.mutate(batch([add(1)])),
      trpc.failing.pull.query(nothing),
      stranger.sync.pull.query(nothing),
    ];
    for (const refusal of refusals) expect(await dataOf(refusal)).not.toHaveProperty("stack");
  });

  it("refuses nobody's calls with 401", async () => {
    const { stranger } = await openApp();
    expect(await dataOf(stranger.sync.push.mutate(batch([add(1)])))).toMatchObject({
      code: "UNAUTHORIZED",
      httpStatus: 401,
    });
    expect(await dataOf(stranger.sync.pull.query(nothing))).toMatchObject({
      code: "UNAUTHORIZED",
      httpStatus: 401,
      message: "Sign in first.",
    });
  });
});
