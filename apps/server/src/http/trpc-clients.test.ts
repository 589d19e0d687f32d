import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink, TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const links = { httpLink, httpBatchLink, httpBatchStreamLink };
const methods = [undefined, "POST"] as const;
const kinds = Object.entries(links).flatMap(([name, link]) =>
  methods.map((methodOverride) => ({ name, link, methodOverride })),
);

describe("every HTTP link of tRPC's own client", () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer();
    token = (await server.signIn("student")).session.accessToken;
  });
  afterAll(() => server.stop());

  it.each(kinds)(
    "$name, queries by $methodOverride: reads, writes, and is refused by code and request id",
    async (kind) => {
      const { link, methodOverride } = kind;
      const client = createTRPCClient<AppRouter>({
        links: [
          link({
            url: `${server.url}/trpc`,
            headers: { authorization: `Bearer ${token}` },
            ...(methodOverride !== undefined && { methodOverride }),
          }),
        ],
      });
      const [me, { items }, refused] = await Promise.allSettled([
        client.auth.me.query(),
        client.lessons.list.query({}),
        client.lessons.byId.query({ id: "018f0000-0000-7000-8000-00000000dead" }),
      ]).then(([first, second, third]) => [valueOf(first), valueOf(second), third] as const);
      expect([me.email, items.length]).toEqual(["student@tidemark.test", 1]);
      expect(refused.status === "rejected" && refused.reason).toBeInstanceOf(TRPCClientError);
      expect(refused).toMatchObject({ reason: { data: { code: "NOT_FOUND", requestId: expect.any(String) } } });
      expect(await client.auth.wsTicket.mutate()).toMatchObject({ ticket: expect.any(String) });
    },
  );

  it("a streamed batch is framed by its length alone, and says what is left of the limits", async () => {
    const { headers } = await fetch(`${server.url}/trpc/auth.me?batch=1`, {
      headers: { "trpc-accept": "application/jsonl" },
    });
    expect([headers.has("content-length"), headers.has("transfer-encoding")]).toEqual([true, false]);
  });
});

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}
