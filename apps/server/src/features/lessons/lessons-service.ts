import {
  TidemarkError,
  type AuthenticatedUser,
  type Lesson,
  type LessonsOperations,
  type LessonSummary,
  type SignText,
  type SyncEngine,
  type TidemarkContract,
} from "@tidemark/api/server";
import type { Database, DatabaseHandle, LessonAndUser, StoredLesson } from "@tidemark/db";
import * as z from "zod";
import { createPages } from "../../security/pages.ts";
import { LESSON_NOT_FOUND } from "../../security/policy-engine.ts";
import { createInvitations, type InvitationsDeps } from "./invitations.ts";
import { createMemberships } from "./memberships.ts";

const position = z.object({ startsAt: z.string(), id: z.uuid() });

export interface LessonsServiceDeps extends InvitationsDeps {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "execute" | "transact">;
  readonly database: Database;
  readonly sign: SignText;
}

/** Every write goes through the engine: as an operation, or as a transaction whose rows it records. */
export function createLessonsService(deps: LessonsServiceDeps): LessonsOperations {
  const { engine, database, lessons, users, policy, clock, ids } = deps;
  const pages = createPages({ list: "lessons", position, sign: deps.sign });
  return {
    async list(user, { cursor, limit }) {
      const { items, nextCursor } = await pages.read({
        reader: user.id,
        cursor,
        limit,
        find: (part) => lessons.listForUser(database.db, { userId: user.id, ...part }),
      });
      const mayRead = ({ role }: LessonSummary) =>
        policy.allows({ id: user.id, role }, { action: "read", subject: "Lesson" });
      return { items: items.filter(mayRead), nextCursor };
    },

    async byId(user, { id }) {
      await policy.requireInLesson({
        db: database.db,
        user,
        question: { lessonId: id, action: "read", subject: "Lesson" },
      });
      const lesson = await lessons.findForUser(database.db, { lessonId: id, userId: user.id });
      if (lesson === undefined) throw new TidemarkError("NOT_FOUND", { message: LESSON_NOT_FOUND });
      return { ...lesson, participants: [...(await lessons.participants(database.db, id))] };
    },

    create: (user, { id = ids.uuid(), title, startsAt }) =>
      engine.transact(async ({ tx, changes }): Promise<LessonSummary> => {
        // Locked: a change of their name comes before, or finds them in the lesson.
        await users.findById(tx, user.id, { lock: true });
        const lesson = await lessons.insertIfAbsent(tx, { id, title, startsAt });
        if (lesson === undefined) return requireOwn(tx, { lessonId: id, userId: user.id });
        const host = { lessonId: lesson.id, userId: user.id };
        await lessons.addParticipant(tx, { id: ids.uuid(), ...host, role: "host" });
        changes.put("lesson", lesson);
        for (const participant of await lessons.participants(tx, lesson.id)) changes.put("participant", participant);
        return { ...lesson, role: "host" };
      }),

    update: async (user, args) => (await engine.execute(user, "lesson.update", args)) as Lesson,

    async reschedule(user, { id, startsAt }) {
      const lesson = await requireHost({ db: database.db, user, id });
      if (lesson.cancelledAt !== null) {
        throw new TidemarkError("CONFLICT", { message: "This lesson was cancelled; create a new one." });
      }
      return (await engine.execute(user, "lesson.update", { id, startsAt })) as Lesson;
    },

    cancel: (user, { id }) =>
      engine.transact(async ({ tx, changes }) => {
        const lesson = await requireHost({ db: tx, user, id, lock: true });
        const cancelled = await lessons.cancel(tx, { id, cancelledAt: new Date(clock.now()).toISOString() });
        if (cancelled === undefined) return lesson;
        changes.put("lesson", cancelled);
        return cancelled;
      }),

    ...createInvitations(deps),
    ...createMemberships(deps),
  };

  /** The lesson of a call that is made again. */
  async function requireOwn(tx: DatabaseHandle, who: LessonAndUser): Promise<LessonSummary> {
    const known = await lessons.findForUser(tx, who);
    if (known?.role === "host") return known;
    throw new TidemarkError("CONFLICT", { message: "This id is taken by a lesson that is not yours; take a new id." });
  }

  async function requireHost({
    db,
    user,
    id,
    lock = false,
  }: {
    readonly db: DatabaseHandle;
    readonly user: AuthenticatedUser;
    readonly id: string;
    readonly lock?: boolean;
  }): Promise<StoredLesson> {
    await policy.requireInLesson({
      db,
      user,
      question: { lessonId: id, action: "update", subject: "Lesson" },
      forbidden: "Only a host may reschedule or cancel the lesson; ask one of them.",
      lock,
    });
    const lesson = await lessons.find(db, id, { lock });
    if (lesson === undefined) throw new TidemarkError("NOT_FOUND", { message: LESSON_NOT_FOUND });
    return lesson;
  }
}
