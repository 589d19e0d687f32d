import type { LessonRole, Participant } from "@tidemark/api/server";
import { and, eq, exists, inArray, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { users } from "../auth/user-tables.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { gatherStatements } from "../engine/gathered-statement.ts";
import { runStatement } from "../engine/raw-rows.ts";
import { participants } from "./lesson-tables.ts";

/** A person's place in a lesson. */
export interface Membership {
  readonly role: LessonRole;
  /** Another number after every loss of access in between. */
  readonly grant: number;
}

export interface LessonAndUser {
  readonly lessonId: string;
  readonly userId: string;
}

const participantColumns = {
  id: participants.id,
  lessonId: participants.lessonId,
  userId: participants.userId,
  name: users.name,
  role: participants.role,
};
const membershipColumns = { role: participants.role, grant: participants.grantNumber };

const FIND_MEMBERSHIP = 'select role, grant_number as "grant" from participants where lesson_id = $1 and user_id = $2';

/** One look-up each by the unique key, whatever the statistics say; the locks are taken in the order of the list. */
const LOCK_MEMBERSHIPS = `
  select wanted."lessonId", wanted."userId", found.role, found."grant"
  from json_to_recordset($1::text::json) as wanted ("lessonId" uuid, "userId" uuid)
  cross join lateral (${FIND_MEMBERSHIP.replace("$1", 'wanted."lessonId"').replace("$2", 'wanted."userId"')} for key share)
    as found`;

export function createParticipantStore() {
  const readLocked = gatherStatements<LessonAndUser, Membership>({
    keyOf: membershipKey,
    run: async (db, wanted) => {
      const sorted = wanted.toSorted((left, right) => (membershipKey(left) < membershipKey(right) ? -1 : 1));
      const found = await runStatement<Membership & LessonAndUser & Record<string, unknown>>(db, LOCK_MEMBERSHIPS, [
        JSON.stringify(sorted),
      ]);
      return new Map(found.map(({ role, grant, ...who }) => [membershipKey(who), { role, grant }]));
    },
  });

  return {
    /** Everyone in the lesson, by name. */
    async participants(db: DatabaseHandle, lessonId: string): Promise<Participant[]> {
      return db
        .select(participantColumns)
        .from(participants)
        .innerJoin(users, eq(users.id, participants.userId))
        .where(eq(participants.lessonId, lessonId))
        .orderBy(users.name, participants.id);
    },

    /** The person's place in every lesson that they are in; none changes before the transaction ends. */
    async lockParticipantsOf(db: DatabaseHandle, userId: string): Promise<Participant[]> {
      return db
        .select(participantColumns)
        .from(participants)
        .innerJoin(users, eq(users.id, participants.userId))
        .where(eq(participants.userId, userId))
        .orderBy(participants.lessonId)
        .for("no key update", { of: participants });
    },

    /** `undefined` when the person is in the lesson already; nothing is changed then. */
    async addParticipant(
      db: DatabaseHandle,
      participant: LessonAndUser & { readonly id: string; readonly role: LessonRole },
    ): Promise<Membership | undefined> {
      const [membership] = await db
        .insert(participants)
        .values(participant)
        .onConflictDoNothing({ target: [participants.lessonId, participants.userId] })
        .returning(membershipColumns);
      return membership;
    },

    /** `undefined` for somebody who is not in the lesson. */
    async participant(db: DatabaseHandle, who: LessonAndUser): Promise<Participant | undefined> {
      const [found] = await db
        .select(participantColumns)
        .from(participants)
        .innerJoin(users, eq(users.id, participants.userId))
        .where(isMembership(who));
      return found;
    },

    /**
     * Waits for every transaction that read the membership under a lock, and answers the row as it is then; `undefined` for
     * somebody who is not in the lesson. The grant stays: every role reads, so no access is lost.
     */
    async setRole(
      db: DatabaseHandle,
      { role, ...who }: LessonAndUser & { readonly role: LessonRole },
    ): Promise<Participant | undefined> {
      // A plain update of a column that is no key does not wait for `FOR KEY SHARE`.
      const held = db
        .$with("held")
        .as(db.select({ id: participants.id }).from(participants).where(isMembership(who)).for("update"));
      const [updated] = await db
        .with(held)
        .update(participants)
        .set({ role })
        .from(users)
        .innerJoin(held, sql`true`)
        .where(and(eq(participants.id, held.id), eq(users.id, participants.userId)))
        .returning(participantColumns);
      return updated;
    },

    /** Waits for every transaction that read the membership under a lock; answers what was removed, if there was one. */
    async removeParticipant(db: DatabaseHandle, who: LessonAndUser): Promise<Participant | undefined> {
      const name = db.select({ name: users.name }).from(users).where(eq(users.id, participants.userId));
      const [removed] = await db
        .delete(participants)
        .where(isMembership(who))
        .returning({ ...participantColumns, name: sql<string>`(${name})` });
      return removed;
    },

    /** As `membership`, and nobody else relies on it or changes it before the transaction ends. */
    async lockMembership(db: DatabaseHandle, who: LessonAndUser): Promise<Membership | undefined> {
      const [membership] = await db.select(membershipColumns).from(participants).where(isMembership(who)).for("update");
      return membership;
    },

    /** With `lock` the membership cannot be removed or changed before the transaction ends. */
    async membership(
      db: DatabaseHandle,
      who: LessonAndUser,
      { lock = false }: { readonly lock?: boolean } = {},
    ): Promise<Membership | undefined> {
      if (lock) return readLocked(db, who);
      const params = [who.lessonId, who.userId];
      const [membership] = await runStatement<Membership & Record<string, unknown>>(db, FIND_MEMBERSHIP, params);
      return membership;
    },

    /** Those of `among` who share a lesson with the person. */
    async peopleAround(
      db: DatabaseHandle,
      { userId, among }: { readonly userId: string; readonly among: readonly string[] },
    ): Promise<ReadonlySet<string>> {
      const own = alias(participants, "own");
      const shared = db
        .select({ one: sql`1` })
        .from(own)
        .where(and(eq(own.lessonId, participants.lessonId), eq(own.userId, userId)));
      const found = await db
        .selectDistinct({ userId: participants.userId })
        .from(participants)
        .where(and(inArray(participants.userId, [...among]), exists(shared)));
      return new Set(found.map((person) => person.userId));
    },

    async membershipsOf(
      db: DatabaseHandle,
      userId: string,
    ): Promise<{ readonly lessonId: string; readonly grant: number }[]> {
      return db
        .select({ lessonId: participants.lessonId, grant: participants.grantNumber })
        .from(participants)
        .where(eq(participants.userId, userId))
        .orderBy(participants.lessonId);
    },
  };
}

const isMembership = ({ lessonId, userId }: LessonAndUser): SQL | undefined =>
  and(eq(participants.lessonId, lessonId), eq(participants.userId, userId));

/** As Postgres prints ids, however they were written. */
const membershipKey = ({ lessonId, userId }: LessonAndUser) => `${lessonId} ${userId}`.toLowerCase();
