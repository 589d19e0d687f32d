import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { insertLesson, insertPerson } from "../../testing/people.ts";
import type { Database, DatabaseHandle } from "../engine/database.ts";
import { createInvitationStore, type NewInvitation } from "./invitation-store.ts";

const tomorrow = "2026-11-23T09:00:00.000000Z";
const noon = "2026-11-22T12:00:00.000000Z";

describeOnEveryDatabase("the invitation store", (context) => {
  const invitations = createInvitationStore();
  let database: Database;
  let db: DatabaseHandle;
  beforeAll(async () => {
    database = await context.open();
    ({ db } = database);
  });
  const invite = async (fields: Partial<NewInvitation> = {}) => {
    const invitation: NewInvitation = {
      id: randomUUID(),
      lessonId: await insertLesson(db),
      email: "ada@example.org",
      role: "participant",
      tokenHash: randomUUID(),
      createdBy: await insertPerson(db),
      expiresAt: tomorrow,
      ...fields,
    };
    await invitations.insert(db, invitation);
    return invitation;
  };

  it("finds an invitation by its token's hash, its address in lower case", async () => {
    const invitation = await invite({ email: "Ada@Example.ORG" });
    expect(await invitations.findByTokenHash(db, invitation.tokenHash)).toEqual({
      ...invitation,
      email: "ada@example.org",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      acceptedAt: null,
    });
    expect(await invitations.findByTokenHash(db, randomUUID())).toBeUndefined();
  });

  it("is accepted once, whatever comes at the same time, and the first time stays", async () => {
    const { tokenHash } = await invite();
    const accept = (acceptedAt: string) =>
      database.transaction(async (tx) => {
        const found = await invitations.findByTokenHash(tx, tokenHash, { lock: true });
        if (found === undefined || found.acceptedAt !== null) return false;
        return invitations.markAccepted(tx, found.id, acceptedAt);
      });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => accept(noon)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const accepted = await invitations.findByTokenHash(db, tokenHash);
    expect(await invitations.markAccepted(db, accepted?.id ?? "", tomorrow)).toBe(false);
    expect(await invitations.findByTokenHash(db, tokenHash)).toMatchObject({ acceptedAt: noon });
  });

  it("refuses a role that does not exist, and a token that another invitation has", async () => {
    await expect(invite({ role: "owner" as "host" })).rejects.toMatchObject({ code: "23514" });
    const { tokenHash } = await invite();
    await expect(invite({ tokenHash })).rejects.toMatchObject({ code: "23505" });
  });

  it("forgets invitations that expired before a time, and keeps the others", async () => {
    const [expired, good] = [await invite({ expiresAt: noon }), await invite()];
    expect(await invitations.deleteExpired(db, tomorrow)).toBe(1);
    expect(await invitations.deleteExpired(db, tomorrow)).toBe(0);
    expect(await invitations.findByTokenHash(db, expired.tokenHash)).toBeUndefined();
    expect(await invitations.findByTokenHash(db, good.tokenHash)).toBeDefined();
  });
});
