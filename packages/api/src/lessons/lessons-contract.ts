import * as z from "zod";
import { isoTime, uuid } from "../values.ts";

/** `viewer` reads and does not write. */
export const lessonRole = z.enum(["host", "participant", "viewer"]);

export const lesson = z.object({
  id: z.uuid(),
  title: z.string(),
  startsAt: isoTime,
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

export type LessonRole = z.infer<typeof lessonRole>;
export type Lesson = z.infer<typeof lesson>;
export type Participant = z.infer<typeof participant>;
export type LessonSummary = z.infer<typeof lessonSummary>;
export type LessonDetails = z.infer<typeof lessonDetails>;
export type LessonsListInput = z.infer<typeof lessonsListInput>;
export type LessonsListOutput = z.infer<typeof lessonsListOutput>;

/** The scope that everything of one lesson lies in. */
export const lessonScope = (lessonId: string): string => `lesson:${lessonId}`;
