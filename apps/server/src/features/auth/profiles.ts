import type { SyncEngine, SyncUser, TidemarkContract, UpdateProfileInput } from "@tidemark/api/server";
import type { DatabaseHandle, LessonStore, UserStore } from "@tidemark/db";

/** What others see of a person. */
export interface Profiles {
  /** Gives the person another name, and every lesson that they are in the row that shows it. */
  rename(user: SyncUser, profile: UpdateProfileInput): Promise<void>;
}

export function createProfiles({
  engine,
  users,
  lessons,
}: {
  readonly engine: Pick<SyncEngine<TidemarkContract, DatabaseHandle>, "transact">;
  readonly users: Pick<UserStore, "rename">;
  readonly lessons: Pick<LessonStore, "lockParticipantsOf">;
}): Profiles {
  return {
    rename: (user, { name }) =>
      engine.transact(async ({ tx, changes }) => {
        // The person's own row first: whoever puts them into a lesson holds it, and is seen by the next statement.
        if ((await users.rename(tx, { id: user.id, name })) === undefined) return;
        for (const participant of await lessons.lockParticipantsOf(tx, user.id))
          changes.put("participant", participant);
      }),
  };
}
