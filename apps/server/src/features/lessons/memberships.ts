import { TidemarkError, type LessonsOperations, type SyncEngine, type TidemarkContract } from "@tidemark/api/server";
import type { DatabaseHandle, LessonAndUser, LessonStore } from "@tidemark/db";
import type { PolicyEngine } from "../../security/policy-engine.ts";

type Memberships = Pick<LessonsOperations, "setRole" | "removeParticipant">;

export interface MembershipsDeps {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "transact">;
  readonly lessons: LessonStore;
  readonly policy: PolicyEngine;
}

/**
 * Changing who is what in a lesson. The row is taken `FOR UPDATE`: whoever writes on the strength of it has committed
 * before, or sees the change (I7).
 */
export function createMemberships({ engine, lessons, policy }: MembershipsDeps): Memberships {
  return {
    setRole: (user, { lessonId, userId, role }) =>
      engine.transact(async ({ tx, changes }) => {
        const who = { lessonId, userId };
        await policy.requireInLesson({
          db: tx,
          user,
          question: { lessonId, action: "update", subject: "Participant", fields: { userId } },
          forbidden: "Only a host may set roles; ask one of them.",
          lock: true,
        });
        const before = await lessons.lockMembership(tx, who);
        if (before?.role === "host" && role !== "host") await requireOtherHost(tx, who);
        const participant =
          before?.role === role ? await lessons.participant(tx, who) : await lessons.setRole(tx, { ...who, role });
        if (before === undefined || participant === undefined) throw notInLesson();
        if (before.role !== role) changes.put("participant", participant);
        return participant;
      }),

    removeParticipant: (user, { lessonId, userId }) =>
      engine.transact(async ({ tx, changes }) => {
        const who = { lessonId, userId };
        await policy.requireInLesson({
          db: tx,
          user,
          question: { lessonId, action: "delete", subject: "Participant", fields: { userId } },
          forbidden: "Only a host may remove others; you may remove yourself.",
          lock: true,
        });
        const before = await lessons.lockMembership(tx, who);
        if (before?.role === "host") await requireOtherHost(tx, who);
        const removed = await lessons.removeParticipant(tx, who);
        if (removed === undefined) throw notInLesson();
        changes.delete("participant", removed);
        return who;
      }),
  };

  /** The other host is locked as well: of two who leave at once, one finds that they are the last. */
  async function requireOtherHost(tx: DatabaseHandle, { lessonId, userId }: LessonAndUser): Promise<void> {
    for (const other of await lessons.participants(tx, lessonId)) {
      if (other.role !== "host" || other.userId === userId) continue;
      const locked = await lessons.membership(tx, { lessonId, userId: other.userId }, { lock: true });
      if (locked?.role === "host") return;
    }
    throw new TidemarkError("CONFLICT", {
      message: "This is the lesson's last host: make somebody else a host first.",
    });
  }
}

const notInLesson = () => new TidemarkError("NOT_FOUND", { message: "There is no such person in this lesson." });
