import { lessonScope } from "@tidemark/api/server";
import type { DomainOptions } from "@tidemark/server/compose-domain";

/** Everybody may do everything and nothing is counted; only which lessons a person sees is read, because it is an answer. */
export const createOpenPolicy: NonNullable<DomainOptions["createPolicy"]> = ({ memberships }) => ({
  authorize: async () => ({ allowed: true }),
  readableScopes: async ({ tx, user }) => {
    const found = await memberships.membershipsOf(tx, user.id);
    return found.map(({ lessonId, grant }) => ({ scope: lessonScope(lessonId), grant }));
  },
  requireInLesson: async () => ({ role: "host", grant: 1 }),
  allows: () => true,
});
