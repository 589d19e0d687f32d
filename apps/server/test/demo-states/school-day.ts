import { randomUUID } from "node:crypto";
import { createClient, signIn, type Client } from "../harness/device.ts";

/** Ids and links that the states of the demo are shown with. */
export interface SchoolDay {
  readonly tutor: Client;
  readonly student: Client;
  readonly student2: Client;
  readonly room: string;
  readonly emptyRoom: string;
  readonly cancelledRoom: string;
  /** A lesson of the tutor's that the student writes in until a state takes that from them. */
  readonly revokedRoom: string;
  /** A long conversation of the tutor's and the student's. */
  readonly busyRoom: string;
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
  const busyRoom = await plan("Algebra marathon", 4 * DAY_MS, ["maths"]);
  const geometry = await plan("Geometry: circles and tangents", 3 * DAY_MS, ["maths"]);
  const revokedRoom = await plan("Essay workshop", 5 * DAY_MS, ["writing"]);
  await plan("Reading aloud", -2 * DAY_MS, ["reading"]);
  const past = await plan("Chemistry of bread", -4 * DAY_MS);
  const cancelledRoom = await plan("Field trip to the tide pools", 2 * DAY_MS, ["outdoors"]);
  await tutor.lessons.cancel.mutate({ id: cancelledRoom });
  for (const lessonId of [emptyRoom, busyRoom, geometry, revokedRoom, past]) {
    await join(student, lessonId, "student@tidemark.test");
  }
  await join(student2, geometry, "student2@tidemark.test");
  await registerGraduate(url);
  await converse({ tutor, student, lessonId: busyRoom });
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
  return {
    tutor,
    student,
    student2,
    room,
    emptyRoom,
    cancelledRoom,
    revokedRoom,
    busyRoom,
    studentId,
    invitation: token,
  };
}

/** Somebody whose lessons are over. */
async function registerGraduate(url: string): Promise<void> {
  const account = { email: "graduate@tidemark.test", password: "tidemark-demo", name: "Greta Graduate" };
  const { accessToken } = await createClient(url).auth.register.mutate(account);
  const graduate = createClient(url, accessToken);
  for (const [title, daysAgo] of [
    ["Finals: questions and answers", 9],
    ["Exam nerves", 12],
  ] as const) {
    const startsAt = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    await graduate.lessons.create.mutate({ title, startsAt });
  }
}

/** Messages of a long conversation, and how many the tutor then finds unread. */
const [MESSAGES, UNREAD] = [388, 12];
const LONG_TEXT =
  "I tried it in two ways. First I moved everything to one side, divided by two and completed the square, which gives (x + 3)² = 16, so x is 1 or −7.\nThen I used the formula with a = 2, b = 12, c = −14, and the discriminant is 144 + 112 = 256, whose root is 16.\n\nBoth agree: https://en.wikipedia.org/wiki/Completing_the_square#Solving_quadratic_equations_with_a_really_long_fragment";
const LINES = [
  "Exercise 12: is it 4?",
  "Nearly. Look at the sign of the second term again.",
  "Oh! Minus times minus.",
  "Exactly. So what is x now?",
  "x = −4, and then the next line follows.",
  "Well done. Go on with the next one.",
];

async function converse(between: { readonly tutor: Client; readonly student: Client; readonly lessonId: string }) {
  const { tutor, student, lessonId } = between;
  for (let index = 0; index < MESSAGES; index += 1) {
    const text = LINES[index % LINES.length] ?? "";
    await (index % 2 === 0 ? student : tutor).chat.send.mutate({ id: randomUUID(), lessonId, text });
  }
}

/** The tutor has read everything so far, and the student writes on: one long message among the short ones. */
export async function writeUnread({ tutor, student, busyRoom: lessonId }: SchoolDay): Promise<void> {
  const { items } = await tutor.chat.history.query({ lessonId });
  await tutor.chat.markRead.mutate({ lessonId, upTo: items[0]?.id ?? "" });
  for (let index = 0; index < UNREAD; index += 1) {
    const text = index === 2 ? LONG_TEXT : (LINES[(index + 4) % LINES.length] ?? "");
    await student.chat.send.mutate({ id: randomUUID(), lessonId, text });
  }
}
