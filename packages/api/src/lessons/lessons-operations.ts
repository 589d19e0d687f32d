import type { AuthenticatedUser } from "../auth/auth-operations.ts";
import type { LessonDetails, LessonsListInput, LessonsListOutput } from "./lessons-contract.ts";

export interface LessonsOperations {
  /** The person's lessons by start time, soonest first. */
  list(user: AuthenticatedUser, input: LessonsListInput): Promise<LessonsListOutput>;
  /** @throws TidemarkError `NOT_FOUND` for a lesson that does not exist or that the person is not in. */
  byId(user: AuthenticatedUser, input: { readonly id: string }): Promise<LessonDetails>;
}
