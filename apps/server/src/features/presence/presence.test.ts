import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createManualClock } from "../../platform/clock/manual-clock.ts";
import { demoSchool, startTestServer, type TestServer } from "../../testing/test-server.ts";

const [tutor, student, student2, outsider] = demoSchool.users.map(({ id }) => id);

describe("who is here", () => {
  let server: TestServer;
  const clock = createManualClock(Date.parse("2026-11-22T10:00:00Z"));
  beforeAll(async () => {
    server = await startTestServer({ clock });
  });
  afterAll(() => server.stop());

  it("is told of people in one's lessons only, in the requirement's shape, by either mount", async () => {
    const [asTutor, asStudent, asOutsider] = await Promise.all([
      server.signIn("tutor"),
      server.signIn("student"),
      server.signIn("outsider"),
    ]);
    await asStudent.client.auth.me.query();
    await asOutsider.client.auth.me.query();
    const nobody = randomUUID();
    const ids = [student, student2, outsider, nobody].map(String);
    const expected = {
      online: { [String(student)]: true, [String(student2)]: false, [String(outsider)]: false, [nobody]: false },
      online_ids: [student],
    };
    expect(await asTutor.client.users.onlineStatus.query({ ids })).toEqual(expected);

    const headers = { authorization: `Bearer ${asTutor.session.accessToken}` };
    for (const query of [`ids=${ids.join()}`, ids.map((id) => `ids=${id}`).join("&")]) {
      const response = await fetch(`${server.url}/api/users/online-status/?${query}`, { headers });
      expect([response.status, await response.json()]).toEqual([200, expected]);
    }
    expect(await asOutsider.client.users.onlineStatus.query({ ids: [String(tutor), String(outsider)] })).toEqual({
      online: { [String(tutor)]: false, [String(outsider)]: true },
      online_ids: [outsider],
    });
  });

  it("ends a while after somebody's last call", async () => {
    const [asTutor, asStudent] = await Promise.all([server.signIn("tutor"), server.signIn("student")]);
    await asStudent.client.auth.me.query();
    clock.advance(91_000);
    const { online_ids } = await asTutor.client.users.onlineStatus.query({ ids: [String(student), String(tutor)] });
    expect(online_ids).toEqual([tutor]);
  });

  it("is refused without a list, or with more than 200 names in it", async () => {
    const { client } = await server.signIn("tutor");
    await expect(client.users.onlineStatus.query({ ids: [] })).rejects.toThrow("ids");
    const many = Array.from({ length: 201 }, () => randomUUID());
    await expect(client.users.onlineStatus.query({ ids: many })).rejects.toThrow("ids");
  });
});
