import { signIn, type Client } from "../harness/device.ts";

/** Ids and links that the states of the demo are shown with. */
export interface SchoolDay {
  readonly tutor: Client;
  readonly student: Client;
  readonly room: string;
  readonly emptyRoom: string;
  readonly cancelledRoom: string;
  /** A lesson of the tutor's that the student writes in until a state takes that from them. */
  readonly revokedRoom: string;
  readonly studentId: string;
  /** For the outsider, still good. */
  readonly invitation: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A school on an ordinary day: lessons that come, that were and that were called off, and people in them. */
export async function furnishSchool(url: string): Promise<SchoolDay> {
  const [tutor, student] = await Promise.all([
    signIn(url, "tutor@tidemark.test"),
    signIn(url, "student@tidemark.test"),
  ]);
  const student2 = await signIn(url, "student2@tidemark.test");
  const { id: studentId } = await student.auth.me.query();
  const { items } = await tutor.lessons.list.query();
  const room = items[0]?.id ?? "";

  const plan = async (title: string, inMs: number, tags: readonly string[] = []) => {
    const startsAt = new Date(Date.now() + inMs).toISOString();
    const { id } = await tutor.lessons.create.mutate({ title, startsAt });
    if (tags.length > 0) await tutor.lessons.update.mutate({ id, tags: [...tags] });
    return id;
  };
  const join = async (client: Client, lessonId: string, email: string) => {
    const { token } = await tutor.lessons.invite.mutate({ lessonId, email, role: "participant" });
    await client.lessons.acceptInvite.mutate({ token });
  };

  const emptyRoom = await plan("Fractions, from pizza to proof", DAY_MS + 2 * HOUR_MS, ["maths", "year 6"]);
  const geometry = await plan("Geometry: circles and tangents", 3 * DAY_MS, ["maths"]);
  const revokedRoom = await plan("Essay workshop", 5 * DAY_MS, ["writing"]);
  await plan("Reading aloud", -2 * DAY_MS, ["reading"]);
  const past = await plan("Chemistry of bread", -4 * DAY_MS);
  const cancelledRoom = await plan("Field trip to the tide pools", 2 * DAY_MS, ["outdoors"]);
  await tutor.lessons.cancel.mutate({ id: cancelledRoom });
  for (const lessonId of [emptyRoom, geometry, revokedRoom, past]) {
    await join(student, lessonId, "student@tidemark.test");
  }
  await join(student2, geometry, "student2@tidemark.test");
  await tutor.lessons.update.mutate({
    id: room,
    tags: ["maths", "trial"],
    description: "We go through the exercises of chapter 4.\nBring your questions and a ruler.",
  });
  const { token } = await tutor.lessons.invite.mutate({
    lessonId: emptyRoom,
    email: "outsider@tidemark.test",
    role: "participant",
  });
  return { tutor, student, room, emptyRoom, cancelledRoom, revokedRoom, studentId, invitation: token };
}
