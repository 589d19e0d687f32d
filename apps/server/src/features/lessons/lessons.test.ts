import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDevice, newOperationId } from "../../testing/test-device.ts";
import {
  demoSchool,
  refusalOf,
  startTestServer,
  type Client,
  type SignedIn,
  type TestServer,
} from "../../testing/test-server.ts";

const startsAt = "2026-12-01T09:00:00Z";
const badRequest = { data: { code: "BAD_REQUEST", httpStatus: 400 } };

describe("lessons, over the wire", () => {
  let server: TestServer;
  let tutor: Client;
  let ada: SignedIn;
  beforeAll(async () => {
    server = await startTestServer();
    tutor = (await server.signIn("tutor")).client;
    ada = await server.register("Ada");
  });
  afterAll(() => server.stop());

  const create = () => ada.client.lessons.create.mutate({ title: "Algebra", startsAt });

  it("gives a lesson another start and calls it off, told to every device, by a host alone", async () => {
    const lesson = await create();
    const device = createTestDevice(ada.client);
    const later = "2026-12-02T09:00:00.000000Z";
    expect(await ada.client.lessons.reschedule.mutate({ id: lesson.id, startsAt: later })).toMatchObject({
      startsAt: later,
    });
    await device.pull();
    expect(device.row(lesson.id)?.value).toMatchObject({ startsAt: later, cancelledAt: null });

    const cancelled = await ada.client.lessons.cancel.mutate({ id: lesson.id });
    expect(cancelled.cancelledAt).toMatch(/^\d{4}-/);
    expect(await ada.client.lessons.cancel.mutate({ id: lesson.id })).toEqual(cancelled);
    await device.pull();
    expect(device.row(lesson.id)?.value).toEqual(cancelled);
    expect(await refusalOf(ada.client.lessons.reschedule.mutate({ id: lesson.id, startsAt: later }))).toMatchObject({
      data: { code: "CONFLICT" },
    });

    const { token } = await ada.client.lessons.invite.mutate({
      lessonId: lesson.id,
      email: "tutor@tidemark.test",
      role: "participant",
    });
    for (const [call, code] of [
      [() => tutor.lessons.cancel.mutate({ id: lesson.id }), "NOT_FOUND"],
      [() => tutor.lessons.acceptInvite.mutate({ token }), undefined],
      [() => tutor.lessons.cancel.mutate({ id: lesson.id }), "FORBIDDEN"],
      [() => tutor.lessons.reschedule.mutate({ id: lesson.id, startsAt: later }), "FORBIDDEN"],
    ] as const) {
      if (code === undefined) await call();
      else expect(await refusalOf(call())).toMatchObject({ data: { code } });
    }
  });

  it("makes whoever creates a lesson its host, and shows it to their devices and nobody else's", async () => {
    const device = createTestDevice(ada.client);
    await device.pull();
    const lesson = await create();
    expect(lesson).toEqual({
      id: lesson.id,
      title: "Algebra",
      startsAt: "2026-12-01T09:00:00.000000Z",
      tags: [],
      description: "",
      cancelledAt: null,
      role: "host",
    });
    const { participants } = await ada.client.lessons.byId.query({ id: lesson.id });
    const { id: userId, name } = ada.session.user;
    expect(participants).toEqual([{ id: participants[0]?.id, lessonId: lesson.id, userId, name, role: "host" }]);

    await device.pull();
    const { role: _role, ...row } = lesson;
    expect(device.row(lesson.id)?.value).toEqual(row);
    expect(device.row(participants[0]?.id ?? "")?.value).toEqual(participants[0]);
    expect(await refusalOf(tutor.lessons.byId.query({ id: lesson.id }))).toMatchObject({ data: { code: "NOT_FOUND" } });
  });

  it("makes a lesson of one id once, however often and by how many calls at once its host asks", async () => {
    const id = newOperationId();
    const device = createTestDevice(ada.client);
    const ask = (title: string) => ada.client.lessons.create.mutate({ id, title, startsAt });
    const [first, ...others] = await Promise.all([ask("Algebra"), ask("Algebra"), ask("Algebra")]);
    expect(first).toMatchObject({ id, title: "Algebra", role: "host" });
    for (const other of others) expect(other).toEqual(first);
    await ada.client.lessons.update.mutate({ id, title: "Geometry" });
    await device.pull();
    const version = device.row(id)?.version;
    expect(await ask("Algebra")).toEqual({ ...first, title: "Geometry" });
    const { items } = await ada.client.lessons.list.query({ limit: 100 });
    expect(items.filter((item) => item.id === id)).toHaveLength(1);
    expect((await ada.client.lessons.byId.query({ id })).participants).toHaveLength(1);
    await device.pull();
    expect(device.row(id)?.version).toBe(version);
  });

  it("refuses the id of a lesson that one does not host as a conflict, and leaves that lesson alone", async () => {
    const id = newOperationId();
    const lesson = await ada.client.lessons.create.mutate({ id, title: "Algebra", startsAt });
    const conflict = { data: { code: "CONFLICT", httpStatus: 409 } };
    const ask = async (client: Client) =>
      refusalOf(client.lessons.create.mutate({ id, title: "Taken over", startsAt }));
    expect(await ask(tutor)).toMatchObject(conflict);
    const invited = { lessonId: id, email: "tutor@tidemark.test" };
    const join = async (role: "participant" | "host") => {
      const { token } = await ada.client.lessons.invite.mutate({ ...invited, role });
      await tutor.lessons.acceptInvite.mutate({ token });
    };
    await join("participant");
    expect(await ask(tutor)).toMatchObject(conflict);
    expect(await ada.client.lessons.byId.query({ id })).toMatchObject(lesson);
    const { id: userId } = await tutor.auth.me.query();
    await ada.client.lessons.setRole.mutate({ lessonId: id, userId, role: "host" });
    await ada.client.lessons.removeParticipant.mutate({ lessonId: id, userId: ada.session.user.id });
    expect(await ask(ada.client)).toMatchObject(conflict);
  });

  it("changes what a host names and nothing else, and answers the whole lesson", async () => {
    const { role: _role, ...lesson } = await create();
    const update = (change: object) => ada.client.lessons.update.mutate({ id: lesson.id, ...change });
    expect(await update({ title: "Geometry" })).toEqual({ ...lesson, title: "Geometry" });
    const changed = {
      tags: ["maths", "maths", "ruler"],
      description: "Bring a ruler.",
      startsAt: "2026-12-02T09:00:00.5Z",
    };
    const expected = {
      ...lesson,
      title: "Geometry",
      description: "Bring a ruler.",
      tags: ["maths", "ruler"],
      startsAt: "2026-12-02T09:00:00.500000Z",
    };
    expect(await update(changed)).toEqual(expected);
    expect(await update({ tags: [], description: "" })).toEqual({ ...expected, tags: [], description: "" });
  });

  it("does not call the same values again a change", async () => {
    const lesson = await create();
    const device = createTestDevice(ada.client);
    await device.pull();
    const version = device.row(lesson.id)?.version;
    await ada.client.lessons.update.mutate({ id: lesson.id, title: "Algebra", startsAt, tags: [] });
    await device.pull();
    expect(device.row(lesson.id)?.version).toBe(version);
  });

  it("I7: is changed by hosts only: others in it are forbidden, outsiders find nothing", async () => {
    const id = demoSchool.lessonId;
    const change = async (person: "student" | "student2" | "outsider", of: string) =>
      refusalOf((await server.signIn(person)).client.lessons.update.mutate({ id: of, title: "Mine" }));
    const forbidden = { data: { code: "FORBIDDEN", httpStatus: 403 } };
    expect(await change("student", id)).toMatchObject(forbidden);
    expect(await change("student2", id)).toMatchObject(forbidden);
    const outside = await change("outsider", id);
    expect(outside).toMatchObject({ data: { code: "NOT_FOUND", httpStatus: 404 } });
    expect(outside).toEqual(await change("outsider", randomUUID()));
    expect(await tutor.lessons.byId.query({ id })).toMatchObject({ title: "Demo lesson" });
  });

  it.each([
    ["nothing to change", {}],
    ["an empty title", { title: "" }],
    ["a title of 201 characters", { title: "x".repeat(201) }],
    ["a NUL", { description: "a\0b" }],
    ["half a surrogate pair in a tag", { tags: ["\udc00"] }],
    ["51 tags", { tags: Array.from({ length: 51 }, (_, index) => `${index}`) }],
    ["a description without end", { description: "x".repeat(10_001) }],
    ["a time that is none", { startsAt: "tomorrow" }],
    ["a time before all lessons", { startsAt: "0000-01-01T00:00:00Z" }],
    ["a time with an offset", { startsAt: "2026-12-01T09:00:00+01:00" }],
    ["a field that lessons do not have", { hostId: randomUUID() }],
  ])("refuses %s as 400 in a call, and as a verdict in a push", async (_what, change) => {
    const args = { id: demoSchool.lessonId, ...change };
    expect(await refusalOf(tutor.lessons.update.mutate(args))).toMatchObject(badRequest);
    const { results } = await createTestDevice(tutor).push([{ name: "lesson.update", args }]);
    expect(results).toMatchObject([{ status: "rejected", error: { code: "INVALID_ARGUMENTS" } }]);
  });

  it("refuses a lesson without title or time, and anyone who is not signed in", async () => {
    const lessons = ada.client.lessons.create;
    expect(await refusalOf(lessons.mutate({ title: "", startsAt }))).toMatchObject(badRequest);
    expect(await refusalOf(lessons.mutate({ title: "Algebra", startsAt: "2026-12-01" }))).toMatchObject(badRequest);
    const extra = Object.assign({ id: randomUUID() }, { title: "Algebra", startsAt });
    expect(await refusalOf(lessons.mutate(extra))).toMatchObject(badRequest);
    const anonymous = server.client().lessons.create.mutate({ title: "Algebra", startsAt });
    expect(await refusalOf(anonymous)).toMatchObject({ data: { code: "UNAUTHORIZED" } });
  });
});
