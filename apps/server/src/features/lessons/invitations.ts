import { createHash, randomBytes } from "node:crypto";
import {
  TidemarkError,
  type LessonsOperations,
  type LessonSummary,
  type SyncEngine,
  type TidemarkContract,
} from "@tidemark/api/server";
import type { Database, DatabaseHandle, Invitation, InvitationStore, LessonStore, UserStore } from "@tidemark/db";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Ids } from "../../platform/ids/ids.ts";
import type { PolicyEngine } from "../../security/policy-engine.ts";

const INVITATION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
const TOKEN_BYTES = 32;

type Invitations = Pick<LessonsOperations, "invite" | "previewInvite" | "acceptInvite">;

export interface InvitationsDeps {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "transact">;
  readonly database: Pick<Database, "db">;
  readonly lessons: LessonStore;
  readonly invitations: InvitationStore;
  readonly users: UserStore;
  readonly policy: PolicyEngine;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Asking people into a lesson, and their coming in. */
export function createInvitations(deps: InvitationsDeps): Invitations {
  const { engine, database, lessons, invitations, users, policy, clock, ids } = deps;
  return {
    invite: (user, { lessonId, email, role }) =>
      engine.transact(async ({ tx }) => {
        await policy.requireInLesson({
          db: tx,
          user,
          question: { lessonId, action: "create", subject: "Participant" },
          forbidden: "Only a host may invite; ask one of them.",
          lock: true,
        });
        const token = randomBytes(TOKEN_BYTES).toString("base64url");
        await invitations.insert(tx, {
          id: ids.uuid(),
          lessonId,
          email,
          role,
          tokenHash: hashToken(token),
          createdBy: user.id,
          expiresAt: new Date(clock.now() + INVITATION_LIFETIME_MS).toISOString(),
        });
        return { token };
      }),

    async previewInvite({ token }) {
      const { db } = database;
      const invitation = await invitations.findByTokenHash(db, hashToken(token));
      if (invitation === undefined || !(await isGood(db, invitation))) throw ended();
      const lesson = await lessons.find(db, invitation.lessonId);
      const host = await users.findById(db, invitation.createdBy);
      if (lesson === undefined || host === undefined) throw ended();
      return { title: lesson.title, startsAt: lesson.startsAt, hostName: host.name };
    },

    acceptInvite: (user, { token }) =>
      engine.transact(async ({ tx, changes }): Promise<LessonSummary> => {
        const invitation = await invitations.findByTokenHash(tx, hashToken(token), { lock: true });
        // Locked: a change of their name comes before, or finds them in the lesson.
        const person = await users.findById(tx, user.id, { lock: true });
        if (invitation === undefined || person === undefined) throw ended();
        if (person.email !== invitation.email) throw forAnother();
        const who = { lessonId: invitation.lessonId, userId: user.id };
        const known = await lessons.findForUser(tx, who);
        if (known === undefined) {
          if (!(await isGood(tx, invitation, { lock: true }))) throw ended();
          await lessons.addParticipant(tx, { id: ids.uuid(), ...who, role: invitation.role });
          const participant = await lessons.participant(tx, who);
          if (participant !== undefined) changes.put("participant", participant);
        }
        // Also for somebody who was in the lesson already: no token is left that lets them in again later.
        await invitations.markAccepted(tx, invitation.id, new Date(clock.now()).toISOString());
        const lesson = known ?? (await lessons.findForUser(tx, who));
        if (lesson === undefined) throw ended();
        return lesson;
      }),
  };

  /** An invitation is its host's word: it ends with their being one. With `lock` they are one until the transaction ends. */
  async function isGood(
    db: DatabaseHandle,
    { lessonId, createdBy, acceptedAt, expiresAt }: Invitation,
    { lock = false }: { readonly lock?: boolean } = {},
  ) {
    if (acceptedAt !== null || Date.parse(expiresAt) <= clock.now()) return false;
    const inviter = await lessons.membership(db, { lessonId, userId: createdBy }, { lock });
    return inviter?.role === "host";
  }
}

/** A token is long and random: a plain hash of it cannot be guessed backwards. */
const hashToken = (token: string) => createHash("sha256").update(token).digest("base64url");

const ended = () =>
  new TidemarkError("NOT_FOUND", {
    message: "There is no such invitation, or it was used or has ended; ask a host for a new one.",
  });

const forAnother = () =>
  new TidemarkError("FORBIDDEN", {
    message: "This invitation is for another mail address; sign in with the address that it was sent to.",
  });
