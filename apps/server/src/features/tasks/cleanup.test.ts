import { randomUUID } from "node:crypto";
import { createSessionStore } from "@tidemark/db";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDevice } from "../../testing/test-device.ts";
import { demoSchool, refusalOf, serverOn, type Client, type TestServer } from "../../testing/test-server.ts";

const { lessonId } = demoSchool;

describeOnEveryDatabase("a server that runs for a while", (context) => {
  let server: TestServer;
  let student: Client;
  beforeAll(async () => {
    server = await serverOn(context);
    student = (await server.signIn("student")).client;
  });
  afterAll(() => server.stop());

  it("S33: forgets deletions after 30 days, and has devices that may have missed one start over", async () => {
    const { database, cleanup } = server.server;
    const [away, present] = [createTestDevice(student), createTestDevice(student)];
    const [old, recent] = [randomUUID(), randomUUID()];
    for (const id of [old, recent]) await student.chat.send.mutate({ id, lessonId, text: "Soon gone" });
    await Promise.all([away.pull(), present.pull()]);
    for (const id of [old, recent]) await student.chat.delete.mutate({ id });
    await present.pull();
    await database.db.execute(
      sql`update sync_changes set changed_at = changed_at - interval '31 days' where entity_id = ${old}`,
    );
    expect(await cleanup.run()).toMatchObject({ deletions: 1 });
    expect(await cleanup.run()).toMatchObject({ deletions: 0 });
    expect(await refusalOf(away.pull())).toMatchObject({ data: { code: "RESET_REQUIRED" } });
    await present.pull();
    expect(present.row(recent)).toBeUndefined();
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^cleanup_rows_total\{kind="deletion"\} 1$/m);
  });

  it("forgets sessions and invitations that have ended, and no others", async () => {
    const { database, cleanup } = server.server;
    const { client, session } = await server.register("Hope");
    const ended = await server.signIn("student2");
    await ended.client.auth.logout.mutate();
    const lesson = await client.lessons.create.mutate({ title: "Algebra", startsAt: "2026-12-01T09:00:00Z" });
    const guest = await server.register("Gus");
    const invitation = { lessonId: lesson.id, email: guest.session.user.email, role: "viewer" } as const;
    const [expired, good] = [
      await client.lessons.invite.mutate(invitation),
      await client.lessons.invite.mutate(invitation),
    ];
    await database.db.execute(sql`
      update invitations set expires_at = now() - interval '1 second'
      where id = (select id from invitations order by created_at limit 1)`);
    expect(await cleanup.run()).toMatchObject({ sessions: 1, invitations: 1 });
    const idOf = (refreshToken: string) => refreshToken.split(".", 1)[0] ?? "";
    const sessions = createSessionStore();
    expect(await sessions.findById(database.db, idOf(ended.session.refreshToken))).toBeUndefined();
    expect(await sessions.findById(database.db, idOf(session.refreshToken))).toBeDefined();
    expect(await refusalOf(guest.client.lessons.acceptInvite.mutate(expired))).toMatchObject({
      data: { code: "NOT_FOUND" },
    });
    expect(await guest.client.lessons.acceptInvite.mutate(good)).toMatchObject({ id: lesson.id });
  });

  it("does so by itself soon after the start", async () => {
    const busy = await serverOn(context, { firstCleanupDelayMs: 1 });
    try {
      await expect.poll(() => busy.log()).toContain('"msg":"cleanup"');
    } finally {
      await busy.stop();
    }
  });
});
