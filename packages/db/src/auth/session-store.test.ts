import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { insertPerson } from "../../testing/people.ts";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { createSessionStore } from "./session-store.ts";

const nine = "2026-11-22T09:00:00.000000Z";
const ten = "2026-11-22T10:00:00.123456Z";
const tomorrow = "2026-11-23T09:00:00.000000Z";

describeOnEveryDatabase("the session store", (context) => {
  const sessions = createSessionStore();
  let database: Database;
  let db: DatabaseHandle;
  beforeAll(async () => {
    database = await context.open();
    ({ db } = database);
  });
  const signIn = async (userId: string) => {
    const session = { id: randomUUID(), userId, generation: 1, rotatedAt: nine, createdAt: nine, expiresAt: tomorrow };
    await sessions.insert(db, session);
    return session;
  };

  it("finds a session as it was made, its times in UTC with six decimals", async () => {
    const session = await signIn(await insertPerson(db));
    expect(await sessions.findById(db, session.id)).toEqual({ ...session, revokedAt: null });
    expect(await sessions.findById(db, randomUUID())).toBeUndefined();
  });

  it("rotates one session and no other", async () => {
    const userId = await insertPerson(db);
    const [rotated, other] = [await signIn(userId), await signIn(userId)];
    await sessions.rotate(db, rotated.id, { generation: 2, rotatedAt: ten, expiresAt: tomorrow });
    expect(await sessions.findById(db, rotated.id)).toMatchObject({ generation: 2, rotatedAt: ten });
    expect(await sessions.findById(db, other.id)).toMatchObject({ generation: 1, rotatedAt: nine });
  });

  it("lets rotations that lock one session follow each other, so that none is lost", async () => {
    const { id } = await signIn(await insertPerson(db));
    const rotate = () =>
      database.transaction(async (tx) => {
        const generation = ((await sessions.lockById(tx, id))?.generation ?? 0) + 1;
        await sessions.rotate(tx, id, { generation, rotatedAt: ten, expiresAt: tomorrow });
      });
    await Promise.all(Array.from({ length: 8 }, rotate));
    expect(await sessions.findById(db, id)).toMatchObject({ generation: 9 });
  });

  it("revokes one session, or all of a person and nobody else's, and keeps the first revocation's time", async () => {
    const [userId, otherId] = [await insertPerson(db), await insertPerson(db)];
    const [first, second, foreign] = [await signIn(userId), await signIn(userId), await signIn(otherId)];
    await sessions.revoke(db, first.id, nine);
    await sessions.revokeAllOfUser(db, userId, ten);
    await sessions.revoke(db, second.id, tomorrow);
    const revokedAt = async (id: string) => (await sessions.findById(db, id))?.revokedAt;
    expect([await revokedAt(first.id), await revokedAt(second.id), await revokedAt(foreign.id)]).toEqual([
      nine,
      ten,
      null,
    ]);
  });

  it("forgets sessions that expired or were revoked before a time, and keeps the others", async () => {
    const userId = await insertPerson(db);
    const [inForce, revoked, justRevoked] = [await signIn(userId), await signIn(userId), await signIn(userId)];
    const expired = { ...inForce, id: randomUUID(), expiresAt: nine };
    await sessions.insert(db, expired);
    await sessions.revoke(db, revoked.id, nine);
    await sessions.revoke(db, justRevoked.id, ten);
    await sessions.deleteEnded(db, ten);
    const found = async ({ id }: { readonly id: string }) => (await sessions.findById(db, id)) !== undefined;
    expect(await Promise.all([inForce, revoked, justRevoked, expired].map(found))).toEqual([true, false, true, false]);
    expect(await sessions.deleteEnded(db, ten)).toBe(0);
  });
});
