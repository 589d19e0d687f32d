import { describe, expect, it } from "vitest";
import * as z from "zod";
import { errorCatalogue, errorCodes, TidemarkError } from "./errors.ts";
import { appRouter } from "./router.ts";
import { absentLessons, openRouter } from "./router-fixture.ts";
import { add, batch, deviceIdOf } from "./sync/todo-fixture.ts";
import { createCallerFactory } from "./trpc.ts";

interface Answer {
  readonly text: string;
}
const answer = z.object({ error: z.unknown(), result: z.object({ data: z.unknown() }) }).partial();
const errorOf = ({ text }: Answer) => answer.parse(JSON.parse(text)).error;
const dataOf = ({ text }: Answer) => answer.parse(JSON.parse(text)).result?.data;
const unused = () => Promise.reject(new TypeError("not called"));
const lessonsThatThrow = (error: unknown) => ({
  lessons: { ...absentLessons, list: () => Promise.reject(error), byId: () => Promise.reject(error) },
});

describe("an error on the wire", () => {
  it("is a code of the catalogue, its status, a message, the request id and the error's details, and no stack", async () => {
    const { mutate } = await openRouter();
    await mutate("sync.push", batch([add(1)]));
    const response = await mutate("sync.push", batch([add(5)]));
    expect(response.status).toBe(409);
    expect(errorOf(response)).toEqual({
      message: "The push leaves out seq 2; nothing was applied. Send again from seq 2.",
      code: -32009,
      data: { code: "SEQUENCE_GAP", httpStatus: 409, path: "sync.push", requestId: "request 1", expectedSeq: 2 },
    });
  });

  it.each(errorCodes)("%s has the catalogue's status", async (code) => {
    const { query } = await openRouter(lessonsThatThrow(new TidemarkError(code, { message: "Do this." })));
    const response = await query("lessons.list", {});
    expect(response.status).toBe(errorCatalogue[code].http);
    expect(errorOf(response)).toMatchObject({
      message: "Do this.",
      data: { code, httpStatus: errorCatalogue[code].http },
    });
  });

  it("cannot have its code, status or request id overwritten by details", async () => {
    const details = { code: "OK", httpStatus: 200, requestId: "forged", expectedSeq: 4 };
    const error = new TidemarkError("CONFLICT", { message: "No.", details });
    const { query } = await openRouter(lessonsThatThrow(error));
    expect(errorOf(await query("lessons.list", {}))).toMatchObject({
      data: { code: "CONFLICT", httpStatus: 409, requestId: "request 1", expectedSeq: 4 },
    });
  });

  it.each([
    [new TidemarkError("UNAVAILABLE", { message: "Away.", retryAfterSeconds: 7 }), 7],
    [new TidemarkError("UNAVAILABLE", { message: "Away." }), 1],
    [new TidemarkError("TOO_MANY_REQUESTS", { message: "Slowly.", retryAfterSeconds: 60 }), 60],
  ])("S36: says after how many seconds to try again: %#", async (error, retryAfterSeconds) => {
    const { query } = await openRouter(lessonsThatThrow(error));
    expect(errorOf(await query("lessons.list", {}))).toMatchObject({ data: { retryAfterSeconds } });
  });

  it.each([
    ["an exception", new TypeError("password=hunter2")],
    ["data of our own that does not fit a schema", z.literal("hunter2").safeParse("other").error],
  ])("of an unforeseen kind tells nothing of what was thrown: %s", async (_, thrown) => {
    const { query } = await openRouter(lessonsThatThrow(thrown));
    const response = await query("lessons.list", {});
    expect(response.status).toBe(500);
    expect(errorOf(response)).toMatchObject({ data: { code: "INTERNAL", requestId: "request 1" } });
    expect(response.text).not.toMatch(/hunter2|stack|router\.test/);
  });
});

describe("who calls", () => {
  it.each(["sync.push", "auth.logout", "chat.send"])("%s without a token is UNAUTHORIZED", async (path) => {
    const { mutate } = await openRouter();
    const response = await mutate(path, {}, null);
    expect(response.status).toBe(401);
    expect(errorOf(response)).toMatchObject({
      data: { code: "UNAUTHORIZED" },
      message: expect.stringContaining("Sign in"),
    });
  });

  it.each(["sync.pull", "lessons.list", "auth.me"])(
    "%s with a token that does not verify is UNAUTHORIZED",
    async (path) => {
      const { query } = await openRouter();
      const response = await query(path, {}, "stolen");
      expect(response.status).toBe(401);
      expect(errorOf(response)).toMatchObject({ data: { code: "UNAUTHORIZED" } });
    },
  );

  it("may refresh by body or by cookie, and without either is UNAUTHORIZED", async () => {
    const session = {
      accessToken: "a",
      expiresIn: 900,
      user: { id: deviceIdOf(1), email: "a@tidemark.test", name: "A" },
    };
    const given: string[] = [];
    const refresh = async (refreshToken: string) => {
      given.push(refreshToken);
      return { ...session, refreshToken: `${refreshToken}+` };
    };
    const router = await openRouter({
      auth: {
        register: unused,
        login: unused,
        refresh,
        logout: unused,
        me: unused,
        updateProfile: unused,
        wsTicket: unused,
      },
    });
    expect((await router.mutate("auth.refresh", {}, null)).status).toBe(401);
    await router.mutate("auth.refresh", { refreshToken: "body" }, null);
    await router.mutate("auth.refresh", {}, null);
    expect(given).toEqual(["body", "body+"]);
    expect(router.cookies).toEqual(["body+", "body++"]);
  });
});

describe("input", () => {
  const operation = add(1);
  it.each<[string, unknown, string]>([
    ["an unknown field", { ...batch([operation]), extra: 1 }, "extra"],
    ["an unknown field of an operation", { ...batch([]), ops: [{ ...operation, extra: 1 }] }, "ops.0: "],
    ["a device id that is no UUID", batch([], { deviceId: "phone" }), "deviceId: "],
    ["an operation id that is no UUIDv7", batch([{ ...operation, id: deviceIdOf(1) }]), "ops.0.id: "],
    ["a seq of 0", batch([{ ...operation, seq: 0 }]), "ops.0.seq: "],
    ["a seq of 2^53", batch([{ ...operation, seq: 2 ** 53 }]), "ops.0.seq: "],
    ["a time that is none", batch([{ ...operation, at: "yesterday" }]), "ops.0.at: "],
    ["no operations", { deviceId: deviceIdOf(1) }, "ops: "],
    ["more than 500 operations", batch(Array.from({ length: 501 }, (_, index) => add(index + 1))), "ops: "],
    ["a list", [], "expected object"],
    ["a text that is no JSON", "{", ""],
  ])("S5: of a push with %s is a malformed envelope: 400, nothing applied", async (_, input, told) => {
    const { mutate, todos } = await openRouter();
    const response = await mutate("sync.push", input);
    expect(response.status).toBe(400);
    expect(errorOf(response)).toMatchObject({
      message: expect.stringContaining(told),
      data: { code: "BAD_REQUEST", httpStatus: 400 },
    });
    expect(response.text.length).toBeLessThan(2000);
    expect(await todos.texts()).toEqual([]);
  });

  it("S5: of an operation, however wrong, is its verdict and not a refused push", async () => {
    const { mutate } = await openRouter();
    const args = [
      '{"id":"a\\u0000"}',
      '{"__proto__":{}}',
      '{"id":"\\ud800"}',
      "null",
      '"text"',
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
    ];
    const ops = args.map((text, index) =>
      JSON.stringify({ ...add(index + 1), args: 0 }).replace('"args":0', `"args":${text}`),
    );
    const response = await mutate("sync.push", `{"deviceId":"${deviceIdOf(1)}","ops":[${ops.join(",")}]}`);
    expect(response.status).toBe(200);
    expect(dataOf(response)).toMatchObject({ results: args.map(() => ({ error: { code: "INVALID_ARGUMENTS" } })) });
  });

  it.each(["constructor", "__proto__", "toString"])(
    "with an operation named %s is an UNKNOWN_OPERATION verdict",
    async (name) => {
      const { mutate } = await openRouter();
      const response = await mutate("sync.push", batch([{ ...add(1), name }]));
      expect(response.status).toBe(200);
      expect(dataOf(response)).toMatchObject({
        results: [{ status: "rejected", error: { code: "UNKNOWN_OPERATION" } }],
      });
    },
  );

  it("takes UUIDs in either case as the same device and operation", async () => {
    const { mutate } = await openRouter();
    const input = batch([add(1)]);
    const shouted = input.ops.map((op) => ({ ...op, id: op.id.toUpperCase() }));
    await mutate("sync.push", { deviceId: input.deviceId.toUpperCase(), ops: shouted });
    expect(dataOf(await mutate("sync.push", input))).toMatchObject({
      results: [{ id: input.ops[0]?.id, status: "duplicate", of: { status: "applied" } }],
    });
  });

  it("S22: of a pull may leave out the limit, and a foreign cursor is INVALID_CURSOR", async () => {
    const { query } = await openRouter();
    expect((await query("sync.pull", { deviceId: deviceIdOf(1), cursor: null })).status).toBe(200);
    const response = await query("sync.pull", { deviceId: deviceIdOf(1), cursor: "made.up" });
    expect(response.status).toBe(400);
    expect(errorOf(response)).toMatchObject({ data: { code: "INVALID_CURSOR" } });
    expect((await query("sync.pull", { deviceId: deviceIdOf(1), cursor: null, limit: 1e9 })).status).toBe(400);
    expect((await query("sync.pull", { deviceId: deviceIdOf(1) })).status).toBe(400);
  });

  it.each<[string, unknown]>([
    ["lessons.list", { limit: 101 }],
    ["lessons.list", { sort: "title" }],
    ["lessons.byId", { id: "1" }],
    ["chat.history", { lessonId: deviceIdOf(1), limit: 0 }],
  ])("of %s that does not fit is refused: %j", async (path, input) => {
    const { query } = await openRouter();
    expect((await query(path, input)).status).toBe(400);
  });

  it.each<[string, unknown]>([
    ["with a NUL", "nul \0"],
    ["with half of a surrogate pair", "half \ud800"],
    ["that is empty", ""],
    ["of 10,001 characters", "a".repeat(10_001)],
  ])("of a direct chat.send %s is 400, not a database error", async (_, text) => {
    const { mutate } = await openRouter();
    const response = await mutate("chat.send", { id: deviceIdOf(1), lessonId: deviceIdOf(2), text });
    expect(response.status).toBe(400);
    expect(errorOf(response)).toMatchObject({
      message: expect.stringContaining("text: "),
      data: { code: "BAD_REQUEST" },
    });
  });
});

describe("the router as a caller", () => {
  it("answers a push and the pull that shows it", async () => {
    const { context } = await openRouter();
    const caller = createCallerFactory(appRouter)(context("ann"));
    const pushed = await caller.sync.push(batch([add(1)]));
    const pulled = await caller.sync.pull({ deviceId: deviceIdOf(1), cursor: null });
    expect(pushed).toMatchObject({ lastSeq: 1, results: [{ status: "applied" }] });
    expect(pulled).toMatchObject({ lastSeq: 1, epoch: pushed.epoch, changes: [{ entity: "todo", id: "todo 1" }] });
  });
});
