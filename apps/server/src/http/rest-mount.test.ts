import { randomUUID } from "node:crypto";
import { createOpenApiDocument, listRestRoutes } from "@tidemark/api/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PASSWORD } from "../features/demo/demo-school.ts";
import { demoSchool, startTestServer, type TestServer } from "../testing/test-server.ts";

const { lessonId } = demoSchool;
const nowhere = randomUUID();
const outputs = new Map(listRestRoutes().map(({ procedure, output }) => [procedure, output]));

const described = Object.entries(createOpenApiDocument({ serverUrl: "https://x.example", version: "1" }).paths).map(
  ([path, operations]) => ({ pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`), operations }),
);

/** The statuses that the description has for a call; `undefined` for what it does not describe at all. */
function describedStatuses(method: string, path: string): readonly string[] | undefined {
  const address = `${path
    .split("?", 1)[0]
    ?.replace(/^\/api\/v1\//, "/api/")
    .replace(/\/$/, "")}/`;
  const operation = described.find(({ pattern }) => pattern.test(address))?.operations[method.toLowerCase()];
  return operation === undefined ? undefined : Object.keys((operation as { responses: object }).responses);
}

interface Call {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

describe("REST", () => {
  let server: TestServer;
  let token: string;
  const called = new Set<string>();
  beforeAll(async () => {
    server = await startTestServer();
    token = (await server.signIn("tutor")).session.accessToken;
  });
  afterAll(() => server.stop());

  async function call(line: string, { body, token: by = token, headers = {} }: Call = {}) {
    const [method = "GET", path = "/"] = line.split(" ");
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(by !== "" && { authorization: `Bearer ${by}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    const statuses = describedStatuses(method, path);
    if (statuses !== undefined) expect(statuses, line).toContain(String(response.status));
    return { status: response.status, answer: answer as Record<string, unknown>, headers: response.headers };
  }

  /** Calls, and holds the answer against what the description says of it. */
  async function answerOf(procedure: string, line: string, options?: Call): Promise<Record<string, unknown>> {
    called.add(procedure);
    const { status, answer } = await call(line, options);
    expect([status, outputs.get(procedure)?.safeParse(answer).error]).toEqual([200, undefined]);
    return answer;
  }

  it("answers every procedure at its path, as described", async () => {
    const email = `${randomUUID()}@tidemark.test`;
    const registered = await answerOf("auth.register", "POST /api/auth/register/", {
      token: "",
      body: { email, password: DEMO_PASSWORD, name: "Nadia" },
    });
    await answerOf("auth.login", "POST /api/auth/login/", { token: "", body: { email, password: DEMO_PASSWORD } });
    const { refreshToken } = registered;
    const renewed = await answerOf("auth.refresh", "POST /api/auth/refresh/", { token: "", body: { refreshToken } });
    const nadia = String(renewed["accessToken"]);
    expect(await answerOf("auth.me", "GET /api/auth/me/", { token: nadia })).toMatchObject({ email, name: "Nadia" });
    const renamed = await answerOf("auth.updateProfile", "PATCH /api/auth/me/", {
      token: nadia,
      body: { name: "Nad" },
    });
    expect(renamed).toMatchObject({ email, name: "Nad" });

    const created = await answerOf("lessons.create", "POST /api/lessons/", {
      body: { title: "Waves", startsAt: "2026-12-01T10:00:00Z" },
    });
    const lesson = `/api/lessons/${String(created["id"])}`;
    await answerOf("lessons.list", "GET /api/lessons/?limit=1");
    await answerOf("lessons.update", `PATCH ${lesson}/`, { body: { title: "Tides" } });
    expect(await answerOf("lessons.byId", `GET ${lesson}/`)).toMatchObject({ title: "Tides" });
    await answerOf("lessons.reschedule", `POST ${lesson}/reschedule/`, { body: { startsAt: "2026-12-02T10:00:00Z" } });
    await answerOf("auth.wsTicket", "POST /api/auth/ws-ticket/");
    const ids = String((await call("GET /api/auth/me")).answer["id"]);
    await answerOf("users.onlineStatus", `GET /api/users/online-status/?ids=${ids}`);
    const invitation = await answerOf("lessons.invite", `POST ${lesson}/invitations/`, {
      body: { email, role: "viewer" },
    });
    expect(
      await answerOf("lessons.previewInvite", "POST /api/invitations/preview/", { token: "", body: invitation }),
    ).toMatchObject({ title: "Tides" });
    await answerOf("lessons.acceptInvite", "POST /api/invitations/accept/", { token: nadia, body: invitation });
    const userId = String((await call("GET /api/auth/me", { token: nadia })).answer["id"]);
    await answerOf("lessons.setRole", `PATCH ${lesson}/participants/${userId}/`, { body: { role: "participant" } });
    await answerOf("lessons.removeParticipant", `DELETE ${lesson}/participants/${userId}/`);

    await answerOf("lessons.cancel", `POST ${lesson}/cancel/`);
    const message = { id: randomUUID(), lessonId, text: "By REST" };
    await answerOf("chat.send", "POST /api/chat/messages/", { body: message });
    await answerOf("chat.edit", `PATCH /api/chat/messages/${message.id}/`, { body: { text: "Edited by REST" } });
    const history = await answerOf("chat.history", `GET /api/chat/history/?lessonId=${lessonId}&limit=1`);
    expect(history["items"]).toMatchObject([{ id: message.id, text: "Edited by REST" }]);
    await answerOf("chat.markRead", "POST /api/chat/read-marks/", { body: { lessonId, upTo: message.id } });
    await answerOf("chat.delete", `DELETE /api/chat/messages/${message.id}/`);

    const deviceId = randomUUID();
    const pulled = await answerOf("sync.pull", `GET /api/sync/pull/?deviceId=${deviceId}&limit=2`);
    const cursor = String(pulled["cursor"]);
    await answerOf("sync.pull", "POST /api/sync/pull/", { body: { deviceId, cursor } });
    await answerOf("sync.push", "POST /api/sync/push/", { body: { deviceId, ops: [] } });
    await answerOf("auth.logout", "POST /api/auth/logout/", { token: nadia });
    expect((await call("GET /api/auth/me", { token: nadia })).status).toBe(401);
    expect(called).toEqual(new Set(outputs.keys()));
  });

  it("is the same with and without the last slash, and under its version", async () => {
    const [one, ...others] = await Promise.all(
      ["/api/auth/me/", "/api/auth/me", "/api/v1/auth/me/", "/api/v1/auth/me"].map((path) => call(`GET ${path}`)),
    );
    for (const other of others) expect([other.status, other.answer]).toEqual([200, one?.answer]);
  });

  it.each([
    ["a sort key", "GET /api/lessons/?sort=title"],
    ["a number with an exponent", "GET /api/lessons/?limit=1e9"],
    ["a number that is named twice", "GET /api/lessons/?limit=1&limit=2"],
    ["a limit beyond the largest", "GET /api/lessons/?limit=1000000000"],
    ["a forged cursor", `GET /api/chat/history/?lessonId=${lessonId}&cursor=forged`],
    ["a query without what it needs", "GET /api/chat/history/"],
    ["a body with an unknown field", "POST /api/chat/messages/", '{"id":1,"admin":true}'],
    ["a body that is no JSON", "POST /api/chat/messages/", "{broken"],
    ["a body that is a list", "POST /api/chat/messages/", "[]"],
    ["a polluted prototype", "POST /api/chat/messages/", '{"__proto__":{"admin":true}}'],
    ["nesting 10,000 levels deep", "POST /api/chat/messages/", `{"text":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["arguments beside the body", "POST /api/chat/messages/?id=1", "{}"],
    ["a body about something else than the path", `PATCH /api/chat/messages/${nowhere}/`, `{"id":"${lessonId}"}`],
  ])("refuses %s with a typed 400", async (_what, line, body?: string) => {
    const { status, answer, headers } = await call(line, body === undefined ? {} : { body });
    expect([status, answer]).toEqual([
      400,
      {
        code: expect.stringMatching(/^(BAD_REQUEST|INVALID_CURSOR)$/),
        message: expect.any(String),
        requestId: headers.get("x-request-id"),
      },
    ]);
  });

  it("takes a call without a body, whatever content type is named for it, and no body but JSON", async () => {
    const ticketBy = async (path: string, sent: { readonly type?: string; readonly body?: string }) => {
      const { type, body } = sent;
      const headers = { authorization: `Bearer ${token}`, ...(type !== undefined && { "content-type": type }) };
      const init = { method: "POST", headers, ...(body !== undefined && { body }) };
      return (await fetch(`${server.url}${path}`, init)).status;
    };
    for (const path of ["/api/auth/ws-ticket/", "/trpc/auth.wsTicket"]) {
      expect(await ticketBy(path, {}), path).toBe(200);
      for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
        expect(await ticketBy(path, { type }), `${path} ${type}`).toBe(200);
        const isJson = type === "application/json";
        expect(await ticketBy(path, { type, body: "{}" }), `${path} ${type}`).toBe(isJson ? 200 : 415);
      }
    }
  });

  it("tells what is not there, what is another's and what is not allowed as tRPC does", async () => {
    const outsider = (await server.signIn("outsider")).session.accessToken;
    const viewer = (await server.signIn("student2")).session.accessToken;
    const hidden = await call(`GET /api/lessons/${lessonId}/`, { token: outsider });
    const absent = await call(`GET /api/lessons/${randomUUID()}/`, { token: outsider });
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect(hidden.answer["message"]).toBe(absent.answer["message"]);
    const forbidden = await call("POST /api/chat/messages/", {
      token: viewer,
      body: { id: randomUUID(), lessonId, text: "No" },
    });
    expect([forbidden.status, forbidden.answer["code"]]).toEqual([403, "FORBIDDEN"]);
    expect((await call("GET /api/auth/me", { token: "" })).status).toBe(401);
  });

  it("carries an error's details, and the methods of a path", async () => {
    const deviceId = randomUUID();
    const operation = {
      id: "019ab5a0-0000-7000-8000-0000000000aa",
      name: "chat.send",
      args: {},
      at: new Date().toISOString(),
    };
    const gap = await call("POST /api/sync/push/", {
      body: {
        deviceId,
        ops: [
          { ...operation, seq: 1 },
          { ...operation, seq: 3 },
        ],
      },
    });
    expect([gap.status, gap.answer]).toMatchObject([409, { code: "SEQUENCE_GAP", expectedSeq: 1 }]);
    const wrong = await call("DELETE /api/auth/me/");
    expect([wrong.status, wrong.answer["code"], wrong.headers.get("allow")]).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
      "GET, HEAD, PATCH",
    ]);
  });

  it("refuses a body too large, of another type, and of another contract, as described", async () => {
    const path = "POST /api/sync/push/";
    const contract = { name: "another-contract", version: 1 };
    for (const [sent, status, code] of [
      [{ body: " ".repeat(2_000_000) }, 413, "PAYLOAD_TOO_LARGE"],
      [{ body: "{}", headers: { "content-type": "text/plain" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
      [{ body: { deviceId: randomUUID(), contract, ops: [] } }, 412, "CONTRACT_TOO_OLD"],
    ] as const) {
      const { status: answered, answer } = await call(path, sent);
      expect([answered, answer]).toMatchObject([status, { code }]);
    }
  });

  it("keeps the refresh token in a cookie of its own path", async () => {
    const body = { email: "student@tidemark.test", password: DEMO_PASSWORD };
    const { headers } = await call("POST /api/auth/login/", { token: "", body });
    const cookie = headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^tidemark_refresh=.+; Max-Age=\d+; Path=\/api; HttpOnly; SameSite=Strict$/);
    const renewed = await call("POST /api/auth/refresh", {
      token: "",
      headers: { cookie: cookie.split(";", 1)[0] ?? "" },
    });
    expect(renewed.status).toBe(200);
  });
});
