import * as z from "zod";
import { cleanText, isoTime, mailAddress, storedTime, uuid, uuidv7 } from "../values.ts";

const MAX_TITLE_LENGTH = 200;
/** Longest description, in UTF-16 code units. */
const MAX_DESCRIPTION_LENGTH = 10_000;
const MAX_TAG_LENGTH = 50;
/** Most tags of one lesson, those that others added meanwhile included. */
export const MAX_TAGS = 50;

const title = cleanText({ min: 1, max: MAX_TITLE_LENGTH });
/** A set: a tag named twice is one tag. */
const tags = z
  .array(cleanText({ min: 1, max: MAX_TAG_LENGTH }))
  .max(MAX_TAGS)
  .transform((named) => [...new Set(named)]);

/** `viewer` reads and does not write. */
export const lessonRole = z.enum(["host", "participant", "viewer"]);

export const lesson = z.object({
  id: z.uuid(),
  title: z.string(),
  startsAt: isoTime,
  tags: z.array(z.string()),
  description: z.string(),
  /** When a host called it off; it stays readable. */
  cancelledAt: isoTime.nullable(),
});

export const participant = z.object({
  id: z.uuid(),
  lessonId: z.uuid(),
  userId: z.uuid(),
  name: z.string(),
  role: lessonRole,
});

/** A lesson as its reader sees it in lists: with their own role. */
export const lessonSummary = lesson.extend({ role: lessonRole });

export const lessonsListInput = z
  .strictObject({
    cursor: z.string().max(500).nullish(),
    limit: z.int().min(1).max(100).default(50),
  })
  .default({ limit: 50 });
export const lessonsListOutput = z.object({ items: z.array(lessonSummary), nextCursor: z.string().nullable() });
export const lessonByIdInput = z.strictObject({ id: uuid });
export const lessonDetails = lessonSummary.extend({ participants: z.array(participant) });

/** With an id that the caller made, a call whose answer was lost can be made again. */
export const lessonCreateInput = z.strictObject({ id: uuidv7.exactOptional(), title, startsAt: storedTime });

export const lessonUpdateArgs = z
  .strictObject({
    id: uuid,
    title: title.exactOptional(),
    startsAt: storedTime.exactOptional(),
    tags: tags.exactOptional(),
    description: cleanText({ min: 0, max: MAX_DESCRIPTION_LENGTH }).exactOptional(),
  })
  .refine((args) => Object.keys(args).length > 1, { error: "Name at least one field that is to change" });

export const lessonRescheduleInput = z.strictObject({ id: uuid, startsAt: storedTime });
export const lessonCancelInput = z.strictObject({ id: uuid });

export const inviteInput = z.strictObject({ lessonId: uuid, email: mailAddress, role: lessonRole });
export const inviteOutput = z.object({ token: z.string() });
/** Of looking at an invitation, too. */
export const acceptInviteInput = z.strictObject({ token: z.string().min(1).max(200) });
/** What an invitation is for, as whoever holds its link may know it. */
export const invitationPreview = z.object({
  title: z.string(),
  startsAt: isoTime,
  /** Of the host who invites. */
  hostName: z.string(),
});
export const setRoleInput = z.strictObject({ lessonId: uuid, userId: uuid, role: lessonRole });
export const removeParticipantInput = z.strictObject({ lessonId: uuid, userId: uuid });

export type LessonRole = z.infer<typeof lessonRole>;
export type Lesson = z.infer<typeof lesson>;
export type Participant = z.infer<typeof participant>;
export type LessonSummary = z.infer<typeof lessonSummary>;
export type LessonDetails = z.infer<typeof lessonDetails>;
export type LessonsListInput = z.infer<typeof lessonsListInput>;
export type LessonsListOutput = z.infer<typeof lessonsListOutput>;
export type LessonCreateInput = z.infer<typeof lessonCreateInput>;
export type LessonUpdateArgs = z.infer<typeof lessonUpdateArgs>;
export type LessonRescheduleInput = z.infer<typeof lessonRescheduleInput>;
export type LessonCancelInput = z.infer<typeof lessonCancelInput>;
export type InviteInput = z.infer<typeof inviteInput>;
export type InviteOutput = z.infer<typeof inviteOutput>;
export type AcceptInviteInput = z.infer<typeof acceptInviteInput>;
export type InvitationPreview = z.infer<typeof invitationPreview>;
export type SetRoleInput = z.infer<typeof setRoleInput>;
export type RemoveParticipantInput = z.infer<typeof removeParticipantInput>;

/** The scope that everything of one lesson lies in. */
export const lessonScope = (lessonId: string): string => `lesson:${lessonId}`;
