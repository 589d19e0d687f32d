import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { operationId, type Client } from "./device.ts";

export interface TwoHosts {
  readonly tutor: Client;
  readonly student: Client;
}

/** A lesson whose hosts are the tutor and the student. */
export async function createSharedLesson({ tutor, student }: TwoHosts, title: string): Promise<string> {
  const { id } = await tutor.lessons.create.mutate({ title, startsAt: "2026-12-01T09:00:00Z" });
  const { email } = await student.auth.me.query();
  const { token } = await tutor.lessons.invite.mutate({ lessonId: id, email, role: "host" });
  await student.lessons.acceptInvite.mutate({ token });
  return id;
}

/** Both rename the lesson that both have seen, the student last: the tutor has lost the first title to the second. */
export async function overwriteTitle(
  { tutor, student }: TwoHosts,
  { lessonId, titles }: { readonly lessonId: string; readonly titles: readonly [tutors: string, students: string] },
): Promise<void> {
  const devices = [
    { client: tutor, deviceId: randomUUID(), title: titles[0] },
    { client: student, deviceId: randomUUID(), title: titles[1] },
  ];
  const bases = await Promise.all(
    devices.map(async ({ client, deviceId }) => {
      const { changes } = await client.sync.pull.query({ deviceId, cursor: null, limit: 5000 });
      return changes.find(({ id }) => id === lessonId)?.version ?? 0;
    }),
  );
  for (const [index, { client, deviceId, title }] of devices.entries()) {
    const base = bases[index] ?? 0;
    const args = { id: lessonId, title };
    const operation = { id: operationId(), seq: 1, name: "lesson.update", args, at: "2026-11-30T09:00:00.000Z", base };
    const { results } = await client.sync.push.mutate({ deviceId, ops: [operation] });
    expect(results).toMatchObject([{ status: "applied" }]);
  }
}
