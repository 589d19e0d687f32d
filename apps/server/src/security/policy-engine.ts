import type { OperationArgs, OperationName } from "@tidemark/api/contracts";
import {
  lessonScope,
  TidemarkError,
  type LessonRole,
  type PolicyDecision,
  type SyncPolicy,
  type SyncUser,
} from "@tidemark/api/server";
import type { DatabaseHandle, LessonStore, Membership } from "@tidemark/db";
import { roleAllows, type PolicyQuestion } from "./lesson-ability.ts";

/** Said of a lesson that does not exist and of one that the person is not in alike. */
export const LESSON_NOT_FOUND = "There is no such lesson, or you are not in it.";
const FORBIDDEN = "Your role in this lesson does not allow that.";

type MembershipSource = Pick<LessonStore, "membership" | "membershipsOf">;

/** What an operation comes down to: a question about one lesson. */
export interface OperationQuestion extends PolicyQuestion {
  readonly lessonId: string;
}

/** How one operation is judged; its feature registers it. */
export interface OperationRule<Args> {
  /** Said of what does not exist and of what lies outside the person's lessons alike. */
  readonly notFound: string;
  readonly forbidden: string;
  /** The question that the operation asks; `undefined` when what it is about does not exist. */
  ask(call: {
    readonly tx: DatabaseHandle;
    readonly user: SyncUser;
    readonly args: Args;
  }): Promise<OperationQuestion | undefined>;
}

/** One rule per operation of the contract; a missing one is a type error. The engine's own operation asks nobody. */
export type OperationRules<Contract> = {
  readonly [Name in Exclude<OperationName<Contract>, "conflict.dismiss">]: OperationRule<OperationArgs<Contract, Name>>;
};

export interface PolicyEngine extends SyncPolicy<DatabaseHandle> {
  /**
   * For what is no operation; answers the membership that allowed it. With `lock`, which takes a transaction, that
   * membership stays until the commit.
   * @throws TidemarkError `NOT_FOUND` outside the lesson, `FORBIDDEN` where the role does not allow it.
   */
  requireInLesson(request: {
    readonly db: DatabaseHandle;
    readonly user: SyncUser;
    readonly question: OperationQuestion;
    readonly forbidden?: string;
    readonly lock?: boolean;
  }): Promise<Membership>;
  /** For rows that were found through the person's own membership. */
  allows(user: { readonly id: string; readonly role: LessonRole }, question: PolicyQuestion): boolean;
}

/** Decides by role and CASL rules. It knows lessons and memberships, and nothing of what features do in them. */
export function createPolicyEngine({
  memberships,
  rules,
  countDecision,
}: {
  readonly memberships: MembershipSource;
  readonly rules: Readonly<Record<string, OperationRule<never>>>;
  readonly countDecision: (decision: "allow" | "forbidden" | "not_found") => void;
}): PolicyEngine {
  const readLocked = createLockedReads(memberships);

  const decide = (membership: Membership | undefined, user: SyncUser, question: PolicyQuestion) => {
    if (membership === undefined) return "not_found";
    return roleAllows({ id: user.id, role: membership.role }, question) ? "allow" : "forbidden";
  };

  return {
    async authorize({ tx, user, operation, args }): Promise<PolicyDecision> {
      const rule = rules[operation];
      if (rule === undefined) throw new TypeError(`Operation "${operation}" has no policy rule.`);
      const question = await rule.ask({ tx, user, args: args as never });
      const membership = question && (await readLocked(tx, { lessonId: question.lessonId, userId: user.id }));
      const decision = question === undefined ? "not_found" : decide(membership, user, question);
      countDecision(decision);
      if (decision === "allow") return { allowed: true };
      return decision === "forbidden"
        ? { allowed: false, code: "FORBIDDEN", message: rule.forbidden }
        : { allowed: false, code: "NOT_FOUND", message: rule.notFound };
    },

    async readableScopes({ tx, user }) {
      const found = await memberships.membershipsOf(tx, user.id);
      countDecision("allow");
      return found.map(({ lessonId, grant }) => ({ scope: lessonScope(lessonId), grant }));
    },

    async requireInLesson({ db, user, question, forbidden = FORBIDDEN, lock = false }) {
      const who = { lessonId: question.lessonId, userId: user.id };
      const membership = await memberships.membership(db, who, { lock });
      const decision = decide(membership, user, question);
      countDecision(decision);
      if (membership === undefined) throw new TidemarkError("NOT_FOUND", { message: LESSON_NOT_FOUND });
      if (decision === "allow") return membership;
      throw new TidemarkError("FORBIDDEN", { message: forbidden });
    },

    allows(user, question) {
      const allowed = roleAllows(user, question);
      countDecision(allowed ? "allow" : "forbidden");
      return allowed;
    },
  };
}

/**
 * Memberships read `FOR KEY SHARE`, once per transaction and lesson: the lock holds what was read until the commit, so
 * the fifty operations of a batch need one read. An absent membership cannot be locked and is asked for again.
 */
function createLockedReads(memberships: MembershipSource) {
  const readByTransaction = new WeakMap<DatabaseHandle, Map<string, Promise<Membership | undefined>>>();
  return async (tx: DatabaseHandle, where: { readonly lessonId: string; readonly userId: string }) => {
    const key = `${where.lessonId} ${where.userId}`;
    const known = readByTransaction.get(tx) ?? new Map<string, Promise<Membership | undefined>>();
    readByTransaction.set(tx, known);
    const reading = known.get(key) ?? memberships.membership(tx, where, { lock: true });
    known.set(key, reading);
    const found = await reading;
    if (found === undefined) known.delete(key);
    return found;
  };
}
