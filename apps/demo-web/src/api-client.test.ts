import { expect, test } from "vitest";
import { createAuthorizedFetch } from "./api-client.ts";

function createServer(accepts: string) {
  const seen: (string | null)[] = [];
  return {
    seen,
    fetch: async (_url: unknown, init?: { readonly headers?: HeadersInit }) => {
      const token = new Headers(init?.headers).get("authorization");
      seen.push(token);
      return new Response("[]", { status: token === `Bearer ${accepts}` ? 200 : 401 });
    },
  };
}

const auth = (tokens: { readonly first?: string; readonly renewed?: string }) => ({
  accessToken: async (refused?: string) => (refused === undefined ? tokens.first : tokens.renewed),
});

test("a refused token is renewed and the call made once more", async () => {
  const server = createServer("new");
  const answer = await createAuthorizedFetch({ auth: auth({ first: "old", renewed: "new" }), fetch: server.fetch })(
    "/trpc",
  );
  expect(answer.status).toBe(200);
  expect(server.seen).toEqual(["Bearer old", "Bearer new"]);
});

test("a renewed token that is refused too is not tried for ever", async () => {
  const server = createServer("none");
  const answer = await createAuthorizedFetch({ auth: auth({ first: "old", renewed: "new" }), fetch: server.fetch })(
    "/trpc",
  );
  expect(answer.status).toBe(401);
  expect(server.seen).toHaveLength(2);
});

test("without a token the refusal goes to the caller, who waits for the person to sign in", async () => {
  const server = createServer("any");
  const answer = await createAuthorizedFetch({ auth: auth({}), fetch: server.fetch })("/trpc");
  expect(answer.status).toBe(401);
  expect(server.seen).toEqual([null]);
});
