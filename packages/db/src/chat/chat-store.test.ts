import { createHash, randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { insertLesson, insertPerson } from "../../testing/people.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { selectRows } from "../engine/raw-rows.ts";
import { createChatStore } from "./chat-store.ts";

const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

describeOnEveryDatabase("the chat store", (context) => {
  const chat = createChatStore();
  let db: DatabaseHandle;
  let authorId: string;
  beforeAll(async () => {
    ({ db } = await context.open());
    authorId = await insertPerson(db);
  });
  const newLesson = () => insertLesson(db, { userIds: [authorId] });
  const send = async (lessonId: string, text = "hello") => {
    const message = { id: randomUUID(), lessonId, authorId, text };
    await chat.insertIfAbsent(db, message);
    return message;
  };

  it("answers the message it made, with the server's time in UTC", async () => {
    const message = { id: randomUUID(), lessonId: await newLesson(), authorId, text: "é 😀 \\ ' %" };
    const made = await chat.insertIfAbsent(db, message);
    expect(made).toEqual({ ...message, createdAt: expect.stringMatching(utcTime), editedAt: null });
    expect(await chat.find(db, message.id, { lock: true })).toEqual({ ...made, deletedAt: null, sentDigest: null });
  });

  it("I2: takes an id once, and leaves the first message as it is", async () => {
    const message = await send(await newLesson());
    expect(await chat.insertIfAbsent(db, { ...message, text: "other" })).toBeUndefined();
    expect((await chat.find(db, message.id))?.text).toBe("hello");
  });

  it("edits the text and tells when, but not of a message that is unknown or deleted", async () => {
    const message = await send(await newLesson());
    const edited = await chat.updateText(db, { id: message.id, text: "better" });
    expect(edited).toMatchObject({ text: "better", editedAt: expect.stringMatching(utcTime) });
    expect(edited !== undefined && (edited.editedAt ?? "") >= edited.createdAt).toBe(true);
    await chat.markDeleted(db, message.id);
    expect(await chat.updateText(db, { id: message.id, text: "late" })).toBeUndefined();
    expect(await chat.updateText(db, { id: randomUUID(), text: "nowhere" })).toBeUndefined();
  });

  it("keeps the digest of the text that was sent through all edits, and forgets it with the message", async () => {
    const message = await send(await newLesson(), "é 😀");
    const digest = createHash("sha256").update("é 😀").digest("hex");
    for (const text of ["second", "third"]) {
      await chat.updateText(db, { id: message.id, text });
      expect(await chat.find(db, message.id)).toMatchObject({ text, sentDigest: digest });
    }
    expect(await chat.markDeleted(db, message.id)).toMatchObject({ sentDigest: null });
  });

  it("keeps a deleted message's id and nothing of its text", async () => {
    const message = await send(await newLesson(), "secret");
    expect(await chat.markDeleted(db, message.id)).toMatchObject({
      id: message.id,
      lessonId: message.lessonId,
      text: "",
    });
    expect(await chat.markDeleted(db, message.id)).toBeUndefined();
    expect(await chat.insertIfAbsent(db, message)).toBeUndefined();
    expect(await chat.find(db, message.id)).toMatchObject({ text: "", deletedAt: expect.stringMatching(utcTime) });
    expect(await chat.history(db, { lessonId: message.lessonId, limit: 10 })).toEqual([]);
  });

  it("tells a lesson's history newest first, page by page without a gap or a repetition, also at equal times", async () => {
    const lessonId = await newLesson();
    for (let n = 0; n < 7; n += 1) await send(lessonId, `message ${n}`);
    await send(await newLesson(), "of another lesson");
    await db.execute(
      sql`update chat_messages set created_at = date_trunc('hour', now()) where lesson_id = ${lessonId}`,
    );
    const newest = await send(lessonId, "newest");

    const all = await chat.history(db, { lessonId, limit: 100 });
    expect(all).toHaveLength(8);
    expect(all[0]?.id).toBe(newest.id);
    const paged: typeof all = [];
    for (;;) {
      const after = paged.at(-1);
      const page = await chat.history(db, { lessonId, limit: 3, ...(after && { after }) });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(all);
  });

  if (context.kind === "pglite") return;
  describe("in a long history", () => {
    it("reads no more rows than the page has, wherever the page lies", async () => {
      const lessonId = await newLesson();
      await db.execute(sql`
        insert into chat_messages (id, lesson_id, author_id, text, created_at)
        select gen_random_uuid(), ${lessonId}, ${authorId}, 'old', now() - n * interval '1 second'
        from generate_series(1, 5000) as n`);
      await db.execute(sql`analyze chat_messages`);
      const [before] = await chat.history(db, { lessonId, limit: 1 });
      const plan = await selectRows<{ "QUERY PLAN": string }>(
        db,
        sql`explain (analyze, timing off, costs off) select id from chat_messages
            where lesson_id = ${lessonId} and deleted_at is null
              and (created_at, id) < (${before?.createdAt}::timestamptz - interval '1 hour', ${before?.id}::uuid)
            order by created_at desc, id desc limit 50`,
      );
      const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
      expect(text).toContain("chat_messages_history");
      expect(text).not.toContain("Sort");
      expect(text).not.toContain("Rows Removed");
    });
  });
});
