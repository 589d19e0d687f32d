/** The school that a first start finds: fixed ids, so that seeding twice finds it there. */
export const DEMO_PASSWORD = "tidemark-demo";

const tutor = "019ab5a0-0000-7000-8000-000000000001";
const student = "019ab5a0-0000-7000-8000-000000000002";
const student2 = "019ab5a0-0000-7000-8000-000000000003";
const outsider = "019ab5a0-0000-7000-8000-000000000004";

export const demoUsers = [
  { id: tutor, email: "tutor@tidemark.test", name: "Tamsin Tutor", note: "hosts the demo lesson" },
  { id: student, email: "student@tidemark.test", name: "Sam Student", note: "takes part in it" },
  { id: student2, email: "student2@tidemark.test", name: "Vera Viewer", note: "reads along (viewer)" },
  { id: outsider, email: "outsider@tidemark.test", name: "Otto Outsider", note: "is in no lesson" },
] as const;

export const demoLesson = { id: "019ab5a0-0000-7000-8000-000000000010", title: "Demo lesson" } as const;

export const demoParticipants = [
  { id: "019ab5a0-0000-7000-8000-000000000021", userId: tutor, role: "host" },
  { id: "019ab5a0-0000-7000-8000-000000000022", userId: student, role: "participant" },
  { id: "019ab5a0-0000-7000-8000-000000000023", userId: student2, role: "viewer" },
] as const;

/** Oldest first. */
export const demoMessages = [
  {
    id: "019ab5a0-0000-7000-8000-000000000031",
    authorId: tutor,
    text: "Welcome! Everything you write here is kept on your device first, so go ahead even on the train.",
  },
  {
    id: "019ab5a0-0000-7000-8000-000000000032",
    authorId: student,
    text: "Hi! I will cut my network and write a few lines. Let's see when they arrive.",
  },
  {
    id: "019ab5a0-0000-7000-8000-000000000033",
    authorId: tutor,
    text: "Once each and in order, the moment you are back. The Sync panel shows what is still waiting.",
  },
] as const;
