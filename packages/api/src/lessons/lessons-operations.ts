import type { AuthenticatedUser } from "../auth/auth-operations.ts";
import type {
  AcceptInviteInput,
  InvitationPreview,
  InviteInput,
  InviteOutput,
  Lesson,
  LessonCancelInput,
  LessonCreateInput,
  LessonDetails,
  LessonRescheduleInput,
  LessonsListInput,
  LessonsListOutput,
  LessonSummary,
  LessonUpdateArgs,
  Participant,
  RemoveParticipantInput,
  SetRoleInput,
} from "./lessons-contract.ts";

/**
 * Lessons as routers call them. Every method throws `NOT_FOUND` for a lesson that does not exist or that the person is not
 * in, and `FORBIDDEN` where their role in it does not allow what they ask. All but `update` need the server: nobody may
 * gain or lose a lesson by a queue that arrives later.
 */
export interface LessonsOperations {
  /** The person's lessons by start time, soonest first. */
  list(user: AuthenticatedUser, input: LessonsListInput): Promise<LessonsListOutput>;
  byId(user: AuthenticatedUser, input: { readonly id: string }): Promise<LessonDetails>;
  /**
   * Whoever creates a lesson is its host. With an id that they have given before, it answers that lesson as it stands.
   * @throws TidemarkError `CONFLICT` for the id of a lesson that they are not the host of.
   */
  create(user: AuthenticatedUser, input: LessonCreateInput): Promise<LessonSummary>;
  /** The sync operation of the same name, applied at once. */
  update(user: AuthenticatedUser, args: LessonUpdateArgs): Promise<Lesson>;
  /**
   * Another start; the sync operation `lesson.update` with that one field.
   * @throws TidemarkError `CONFLICT` for a lesson that was cancelled.
   */
  reschedule(user: AuthenticatedUser, input: LessonRescheduleInput): Promise<Lesson>;
  /** Calls the lesson off. It stays readable; cancelled again, it answers the same row. */
  cancel(user: AuthenticatedUser, input: LessonCancelInput): Promise<Lesson>;
  /** The token is told this once; it works for that address alone, once, for seven days. */
  invite(user: AuthenticatedUser, input: InviteInput): Promise<InviteOutput>;
  /**
   * For whoever holds the link, signed in or not: what they are invited to, and by whom.
   * @throws TidemarkError `NOT_FOUND`, always the same, for a token that lets nobody in.
   */
  previewInvite(input: AcceptInviteInput): Promise<InvitationPreview>;
  /**
   * Accepted again by the same person, it answers the same lesson.
   * @throws TidemarkError `NOT_FOUND` for a token that is unknown, used or too old, `FORBIDDEN` for another's.
   */
  acceptInvite(user: AuthenticatedUser, input: AcceptInviteInput): Promise<LessonSummary>;
  /** @throws TidemarkError `CONFLICT` when the lesson would be left without a host. */
  setRole(user: AuthenticatedUser, input: SetRoleInput): Promise<Participant>;
  /**
   * Everybody may remove themselves.
   * @throws TidemarkError `CONFLICT` when the lesson would be left without a host.
   */
  removeParticipant(user: AuthenticatedUser, input: RemoveParticipantInput): Promise<RemoveParticipantInput>;
}
