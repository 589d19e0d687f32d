import { and, eq, sql, type SQL } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { readMarks } from "./chat-tables.ts";

/** A place in the order of a lesson's messages. */
export interface NewReadMark {
  readonly userId: string;
  readonly lessonId: string;
  /** ISO text with six decimals. Without a message it is at most the database's own time, whatever is asked. */
  readonly upToAt: string;
  /** `null`: behind all messages of that instant. */
  readonly upToMessageId: string | null;
}

const markColumns = {
  userId: readMarks.userId,
  lessonId: readMarks.lessonId,
  upToAt: readMarks.upToAt,
  upToMessageId: readMarks.upToMessageId,
};

export function createReadMarkStore() {
  return {
    /** Moves the mark if that is further than it stands; answers where it stands then. */
    async advance(
      db: DatabaseHandle,
      { upToAt, ...mark }: NewReadMark,
    ): Promise<{ readonly mark: NewReadMark; readonly hasMoved: boolean }> {
      const [moved] = await db
        .insert(readMarks)
        .values({ ...mark, upToAt: mark.upToMessageId === null ? atMostNow(upToAt) : upToAt })
        .onConflictDoUpdate({
          target: [readMarks.userId, readMarks.lessonId],
          set: { upToAt: sql`excluded.up_to_at`, upToMessageId: sql`excluded.up_to_message_id` },
          setWhere: sql`${placeIn("read_marks")} < ${placeIn("excluded")}`,
        })
        .returning(markColumns);
      if (moved !== undefined) return { mark: moved, hasMoved: true };
      const [standing] = await db
        .select(markColumns)
        .from(readMarks)
        .where(and(eq(readMarks.userId, mark.userId), eq(readMarks.lessonId, mark.lessonId)));
      return { mark: standing ?? { ...mark, upToAt }, hasMoved: false };
    },
  };
}

export type ReadMarkStore = ReturnType<typeof createReadMarkStore>;

/** Nobody has read what is yet to be written: a clock that runs ahead must not hide it. */
const atMostNow = (time: string): SQL => sql`least(${time}::timestamptz, clock_timestamp())`;

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const placeIn = (table: "read_marks" | "excluded"): SQL =>
  sql.raw(`(${table}.up_to_at, coalesce(${table}.up_to_message_id, '${LAST_ID}'::uuid))`);
