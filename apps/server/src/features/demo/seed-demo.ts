import type { ChatMessage, Lesson, Participant, RowChange, SyncStore } from "@tidemark/api/server";
import { lessonScope, TidemarkError } from "@tidemark/api/server";
import type { ChatStore, Database, DatabaseHandle, LessonStore, UserStore } from "@tidemark/db";
import type { Clock } from "../../platform/clock/clock.ts";
import { DEMO_PASSWORD, demoLesson, demoMessages, demoParticipants, demoUsers } from "./demo-school.ts";

const HOUR_MS = 3_600_000;

export interface SeedDemoDeps {
  readonly database: Database;
  readonly syncStore: SyncStore<DatabaseHandle>;
  readonly users: UserStore;
  readonly lessons: LessonStore;
  readonly messages: ChatStore;
  readonly clock: Clock;
  readonly hashPassword: (password: string) => Promise<string>;
}

/**
 * Makes the demo school where it is not there yet; all of it or nothing. The rows enter by the change index like any
 * others, so that devices pull them. Two processes may do this at once: one of them finds it done.
 */
export async function seedDemo(deps: SeedDemoDeps): Promise<"seeded" | "present"> {
  if (await isSeeded(deps)) return "present";
  const passwordHashes = await Promise.all(demoUsers.map(() => deps.hashPassword(DEMO_PASSWORD)));
  try {
    await deps.syncStore.write(async ({ tx, recordChanges }) => {
      for (const [index, { id, email, name }] of demoUsers.entries()) {
        const user = await deps.users.insert(tx, { id, email, name, passwordHash: passwordHashes[index] ?? "" });
        if (user === undefined) throw addressTaken(email);
      }
      await recordChanges(await writeLesson(deps, tx));
    });
    return "seeded";
  } catch (error) {
    if (await isSeeded(deps)) return "present";
    throw error;
  }
}

const addressTaken = (email: string) =>
  new TidemarkError("CONFLICT", {
    message: `The demo school cannot be made: ${email} belongs to another account. Set DEMO=false.`,
  });

const isSeeded = async ({ users, database }: SeedDemoDeps) =>
  (await users.findById(database.db, demoUsers[0].id)) !== undefined;

async function writeLesson({ lessons, messages, clock }: SeedDemoDeps, tx: DatabaseHandle): Promise<RowChange[]> {
  const startsAt = new Date(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS).toISOString();
  const lesson = await lessons.insert(tx, { ...demoLesson, startsAt });
  const changes = [toChange("lesson", lesson)];
  for (const { id, userId, role } of demoParticipants) {
    await lessons.addParticipant(tx, { id, lessonId: demoLesson.id, userId, role });
  }
  for (const participant of await lessons.participants(tx, demoLesson.id)) {
    changes.push(toChange("participant", participant));
  }
  for (const message of demoMessages) {
    const row = await messages.insertIfAbsent(tx, { ...message, lessonId: demoLesson.id });
    if (row !== undefined) changes.push(toChange("chatMessage", row));
  }
  return changes;
}

const toChange = (entity: string, row: Lesson | Participant | ChatMessage): RowChange => ({
  scope: lessonScope(demoLesson.id),
  entity,
  id: row.id,
  value: { ...row },
});
