import { describe, expect, it } from "vitest";
import { CallError } from "./notes-server.ts";
import { refusal, type Fault } from "./fault-transport.ts";
import { createWorld, isSynced, offline } from "./harness.ts";

describe("a server that does not take the request", () => {
  for (const [code, status] of [
    ["UNAUTHORIZED", 401],
    ["FORBIDDEN", 403],
  ] as const) {
    it(`C15: ${status} keeps the queue, asks the app to renew the session, and goes on after it`, async () => {
      await using world = await createWorld();
      let isSignedIn = false;
      const tab = world.openTab({ decide: (): Fault => (isSignedIn ? "none" : refusal(code, status)) });
      await tab.add("kept");
      await world.until(() => tab.sync.status.get().reason === "signed-out");
      expect(tab.sync.status.get()).toMatchObject({ state: "stuck", pending: 1 });
      await world.until(() => tab.unauthorizedCalls() > 0);
      isSignedIn = true;
      await world.until(isSynced(tab));
      expect(await world.server.texts()).toEqual(["kept"]);
    });
  }

  it("C15: a session that cannot be renewed does not spin", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: () => refusal("UNAUTHORIZED", 401), random: () => 1 });
    await world.until(() => tab.unauthorizedCalls() >= 2);
    const calls = tab.transport.calls.length;
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(tab.transport.calls.length - calls).toBeLessThan(2);
  });

  it("C15 I2 I3: a session that ends in the middle of a drain keeps what was not sent, and signing in sends it once", async () => {
    await using world = await createWorld();
    let decide: Fault = new TypeError("offline");
    let pushes = 0;
    const tab = world.openTab({
      decide: (kind) => (kind === "push" && decide === "none" && (pushes += 1) === 2 ? (decide = ended) : decide),
    });
    const ended = refusal("UNAUTHORIZED", 401);
    const written = Array.from({ length: 2_100 }, (_, index) => `note ${index}`);
    await Promise.all(written.map((text) => tab.add(text)));
    decide = "none";
    await world.until(() => tab.sync.status.get().reason === "signed-out");
    const arrived = (await world.server.effects()).length;
    expect(arrived).toBeGreaterThan(0);
    expect(arrived).toBeLessThan(written.length);
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", deadLetters: 0 });
    expect(tab.texts()).toHaveLength(written.length);
    decide = "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(written);
  });

  it("C15: an app whose renewal fails hears of it, and the queue waits until it succeeds", async () => {
    await using world = await createWorld();
    let isSignedIn = false;
    const lost = new Error("The refresh token is not valid any more.");
    const tab = world.openTab({
      decide: (): Fault => (isSignedIn ? "none" : refusal("UNAUTHORIZED", 401)),
      renew: () => (isSignedIn ? Promise.resolve() : Promise.reject(lost)),
    });
    await tab.add("kept");
    await world.until(() => tab.errors.length > 0);
    expect(tab.errors[0]).toBe(lost);
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", reason: "signed-out", pending: 1 });
    isSignedIn = true;
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C15: an error whose text names other codes is the server's trouble, and drops nothing", async () => {
    await using world = await createWorld();
    const tab = world.openTab({
      decide: () => new CallError("14003: 401 FORBIDDEN, rejected", { code: "INTERNAL", httpStatus: 500 }),
    });
    await tab.add("kept");
    await world.until(() => tab.sync.status.get().reason === "server");
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", pending: 1, deadLetters: 0 });
    expect(tab.unauthorizedCalls()).toBe(0);
    tab.transport.decide = () => "none";
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C15: CONTRACT_TOO_OLD keeps the queue and says so", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: () => refusal("CONTRACT_TOO_OLD", 412) });
    await tab.add("kept");
    await world.until(() => tab.sync.status.get().reason === "app-too-old");
    expect(tab.sync.status.get()).toMatchObject({ state: "stuck", pending: 1 });
    tab.transport.decide = () => "none";
    await tab.sync.syncNow();
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["kept"]);
  });

  it("C15 C26 I10: says that the app is too old where a later push is told so before an earlier one has its answer", async () => {
    await using world = await createWorld();
    const answer = Promise.withResolvers<void>();
    const tab = world.openTab({
      wrap: (transport) => ({
        ...transport,
        async push(input, options) {
          const output = await transport.push(input, options);
          await answer.promise;
          return output;
        },
      }),
    });
    await world.until(isSynced(tab));
    await tab.add("taken");
    await world.until(async () => (await world.server.texts()).length === 1);
    tab.transport.decide = () => refusal("CONTRACT_TOO_OLD", 412);
    await tab.add("kept");
    await world.until(() => tab.transport.calls.filter(({ kind }) => kind === "push").length === 2);
    answer.resolve();
    await world.until(() => tab.sync.status.get().reason === "app-too-old");
    expect(tab.sync.outbox.get().map(({ state }) => state)).toEqual(["settled", "queued"]);
  });

  it("C16: Retry-After is waited for", async () => {
    await using world = await createWorld();
    let refusals = 0;
    const response = new Response(null, { status: 503, headers: { "retry-after": "20" } });
    const unavailable = Object.assign(new CallError("away", { code: "UNAVAILABLE", httpStatus: 503 }), {
      meta: { response },
    });
    const tab = world.openTab({ decide: () => ((refusals += 1) === 1 ? unavailable : "none") });
    await world.until(() => tab.sync.status.get().reason === "server");
    expect(world.clock.nextDelay()).toBeGreaterThanOrEqual(19_000);
    const calls = tab.transport.calls.length;
    world.clock.advance(15_000);
    await Promise.resolve();
    expect(tab.transport.calls.length).toBe(calls);
    await world.until(isSynced(tab));
  });

  it("C16: new operations do not hurry a failing server; a person does", async () => {
    await using world = await createWorld();
    const tab = world.openTab({ decide: offline, random: () => 0.99 });
    await world.until(() => tab.sync.status.get().state === "offline");
    const calls = tab.transport.calls.length;
    for (const text of ["one", "two", "three"]) await tab.add(text);
    expect(tab.transport.calls.length).toBe(calls);
    await tab.sync.syncNow();
    expect(tab.transport.calls.length).toBe(calls + 1);
  });

  it("C16: a request that hangs is given up and sent again, and says so", async () => {
    await using world = await createWorld();
    let calls = 0;
    const tab = world.openTab({ decide: () => ((calls += 1) === 1 ? new Promise<Fault>(() => {}) : "none") });
    await tab.add("patient");
    await world.until(isSynced(tab));
    expect(await world.server.texts()).toEqual(["patient"]);
    expect(tab.sync.activity.get().find(({ outcome }) => outcome === "failed")?.message).toBe(
      "The server gave no answer within 30 s: it is asked again.",
    );
  });
});
