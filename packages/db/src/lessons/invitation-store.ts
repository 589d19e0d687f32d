import type { LessonRole } from "@tidemark/api/server";
import { and, eq, isNull, lt } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { invitations } from "./invitation-tables.ts";

export interface NewInvitation {
  readonly id: string;
  readonly lessonId: string;
  readonly email: string;
  readonly role: LessonRole;
  readonly tokenHash: string;
  /** The host who invites. */
  readonly createdBy: string;
  /** ISO time. */
  readonly expiresAt: string;
}

/** Times are ISO text with six decimals, the address lower case. */
export interface Invitation extends NewInvitation {
  readonly createdAt: string;
  readonly acceptedAt: string | null;
}

export function createInvitationStore() {
  return {
    async insert(db: DatabaseHandle, invitation: NewInvitation): Promise<void> {
      await db.insert(invitations).values({ ...invitation, email: invitation.email.toLowerCase() });
    },

    /** With `lock` nobody else has the row before the transaction ends, so that it is not accepted twice at once. */
    async findByTokenHash(
      db: DatabaseHandle,
      tokenHash: string,
      { lock = false }: { readonly lock?: boolean } = {},
    ): Promise<Invitation | undefined> {
      const query = db.select().from(invitations).where(eq(invitations.tokenHash, tokenHash));
      const [invitation] = await (lock ? query.for("update") : query);
      return invitation;
    },

    /** The first acceptance's time stays; answers whether this is the first. */
    async markAccepted(db: DatabaseHandle, id: string, acceptedAt: string): Promise<boolean> {
      const accepted = await db
        .update(invitations)
        .set({ acceptedAt })
        .where(and(eq(invitations.id, id), isNull(invitations.acceptedAt)))
        .returning({ id: invitations.id });
      return accepted.length > 0;
    },

    /** Forgets invitations that expired before `before` (ISO time), accepted or not; answers how many. */
    async deleteExpired(db: DatabaseHandle, before: string): Promise<number> {
      const deleted = await db
        .delete(invitations)
        .where(lt(invitations.expiresAt, before))
        .returning({ id: invitations.id });
      return deleted.length;
    },
  };
}

export type InvitationStore = ReturnType<typeof createInvitationStore>;
