import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { createIdentityStore } from "./identity-store.ts";
import { createSocketTicketStore } from "./socket-ticket-store.ts";
import { createSessionStore } from "./session-store.ts";
import { createUserStore } from "./user-store.ts";

describeOnEveryDatabase("identities and tickets", (context) => {
  const identities = createIdentityStore();
  const tickets = createSocketTicketStore();
  let db: DatabaseHandle;
  let userId: string;
  let sessionId: string;
  beforeAll(async () => {
    ({ db } = await context.open());
    userId = randomUUID();
    sessionId = randomUUID();
    const user = { id: userId, email: "ada@example.org", name: "Ada", passwordHash: "hash" };
    await createUserStore().insert(db, user);
    const times = { rotatedAt: "2026-11-22T10:00:00Z", expiresAt: "2027-11-22T10:00:00Z" };
    await createSessionStore().insert(db, { id: sessionId, userId, ...times });
  });

  it("know a person by issuer and subject together, once", async () => {
    const key = { issuer: "https://one.test", subject: "ada" };
    expect(await identities.insert(db, { ...key, userId, sessionId: null })).toBe(true);
    expect(await identities.insert(db, { ...key, userId: randomUUID(), sessionId: null })).toBe(false);
    expect(await identities.find(db, key)).toEqual({ ...key, userId, sessionId: null });
    expect(await identities.find(db, { ...key, issuer: "https://two.test" })).toBeUndefined();
    await identities.setSession(db, key, sessionId);
    expect(await identities.lock(db, key)).toMatchObject({ sessionId });
  });

  it("give a ticket to one of those who come with it, and forget those that ended", async () => {
    const ticket = { tokenHash: "a", userId, sessionId, expiresAt: "2026-11-22T10:00:30.000000Z" };
    await tickets.insert(db, ticket);
    await tickets.insert(db, { ...ticket, tokenHash: "b" });
    const taken = await Promise.all([tickets.take(db, "a"), tickets.take(db, "a"), tickets.take(db, "unknown")]);
    expect(taken.filter((found) => found !== undefined)).toEqual([ticket]);
    expect(await tickets.deleteExpired(db, "2026-11-22T10:00:30Z")).toBe(0);
    expect(await tickets.deleteExpired(db, "2026-11-22T10:00:31Z")).toBe(1);
  });
});
