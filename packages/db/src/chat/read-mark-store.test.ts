import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { insertLesson, insertPerson } from "../../testing/people.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { createReadMarkStore } from "./read-mark-store.ts";

const EARLY = "2026-11-22T10:00:00.000001Z";
const LATE = "2026-11-22T10:00:00.000002Z";
const [LOW_ID, HIGH_ID] = [randomUUID(), randomUUID()].toSorted() as [string, string];

describeOnEveryDatabase("the read marks' store", (context) => {
  const marks = createReadMarkStore();
  let db: DatabaseHandle;
  let userId: string;
  let lessonId: string;
  beforeAll(async () => {
    ({ db } = await context.open());
    userId = await insertPerson(db);
  });
  beforeEach(async () => {
    lessonId = await insertLesson(db, { userIds: [userId] });
  });
  const advance = (upToAt: string, upToMessageId: string | null) =>
    marks.advance(db, { userId, lessonId, upToAt, upToMessageId });

  it("answers where the mark stands, in microseconds", async () => {
    const mark = { userId, lessonId, upToAt: EARLY, upToMessageId: LOW_ID };
    expect(await marks.advance(db, mark)).toEqual({ mark, hasMoved: true });
  });

  it("only ever grows: an earlier place leaves it where it is", async () => {
    await advance(LATE, LOW_ID);
    expect(await advance(EARLY, HIGH_ID)).toMatchObject({ mark: { upToAt: LATE, upToMessageId: LOW_ID } });
    expect(await advance(LATE, LOW_ID)).toMatchObject({ hasMoved: false });
  });

  it("tells messages of the same microsecond apart by their ids, and puts a mark by time behind them all", async () => {
    await advance(EARLY, LOW_ID);
    expect(await advance(EARLY, HIGH_ID)).toMatchObject({ hasMoved: true, mark: { upToMessageId: HIGH_ID } });
    expect(await advance(EARLY, LOW_ID)).toMatchObject({ hasMoved: false, mark: { upToMessageId: HIGH_ID } });
    expect(await advance(EARLY, null)).toMatchObject({ hasMoved: true, mark: { upToMessageId: null } });
    expect(await advance(EARLY, HIGH_ID)).toMatchObject({ hasMoved: false, mark: { upToMessageId: null } });
  });

  it("takes a time ahead of the database's own as now, so that nothing is read before it is written", async () => {
    const { mark } = await advance("2199-01-01T00:00:00.000000Z", null);
    expect(Math.abs(Date.parse(mark.upToAt) - Date.now())).toBeLessThan(60_000);
  });

  it("keeps one mark a person and lesson", async () => {
    const another = await insertPerson(db);
    await advance(LATE, LOW_ID);
    const early = { userId: another, lessonId, upToAt: EARLY, upToMessageId: LOW_ID };
    expect(await marks.advance(db, early)).toEqual({ mark: early, hasMoved: true });
    expect(await advance(EARLY, LOW_ID)).toMatchObject({ mark: { upToAt: LATE } });
  });
});
