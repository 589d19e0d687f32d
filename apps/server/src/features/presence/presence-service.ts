import type { PresenceOperations } from "@tidemark/api/server";
import type { Database, LessonStore } from "@tidemark/db";
import type { PresenceStore } from "../../platform/presence-store/presence-store.ts";

export interface PresenceServiceDeps {
  readonly database: Database;
  readonly lessons: Pick<LessonStore, "peopleAround">;
  readonly presence: PresenceStore;
}

export function createPresenceService({ database, lessons, presence }: PresenceServiceDeps): PresenceOperations {
  return {
    async onlineStatus(user, { ids }) {
      const asked = [...new Set(ids)];
      const known = await lessons.peopleAround(database.db, { userId: user.id, among: asked });
      const visible = asked.filter((id) => id === user.id || known.has(id));
      const online = await presence.onlineAmong(visible);
      return {
        online: Object.fromEntries(asked.map((id) => [id, online.has(id)])),
        online_ids: asked.filter((id) => online.has(id)),
      };
    },
  };
}
