// @vitest-environment jsdom
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openRoom, type RoomOptions } from "./testing/room.tsx";
import { useHistory, type History } from "./use-history.ts";

const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);
const shown = ({ rows }: History) => rows.map(({ text }) => text);

/** A room in which the tutor has said so much, of which the person has read so much; nothing where they never looked. */
function openHistory({ said, read }: { readonly said: number; readonly read?: number }) {
  const before: RoomOptions<History>["before"] = async ({ server, userId, tutorId }) => {
    const messages = await server.say(tutorId, texts(said));
    const last = read === undefined ? undefined : messages[read - 1];
    if (last !== undefined) await server.api(userId).chat.markRead.mutate({ lessonId: last.lessonId, upTo: last.id });
  };
  return openRoom({ before, use: ({ lessonId, userId }) => useHistory(lessonId, userId) });
}

test("a room opens with its newest 200 messages, and each step back brings 200 older ones until there are none", async () => {
  await using room = await openHistory({ said: 450, read: 450 });
  for (const [first, hasOlder] of [
    [251, true],
    [51, true],
    [1, false],
  ] as const) {
    expect(shown(room.current())).toEqual(texts(450).slice(first - 1));
    expect(room.current().hasOlder).toBe(hasOlder);
    room.act(room.current().loadOlder);
  }
  expect(shown(room.current()), "there is nothing before the first").toEqual(texts(450));
});

test("a conversation that fills the first step exactly has nothing older", async () => {
  await using room = await openHistory({ said: 200, read: 200 });
  expect(shown(room.current())).toEqual(texts(200));
  expect(room.current().hasOlder).toBe(false);
});

test("who has never looked begins at the newest 200, however many there are", async () => {
  await using room = await openHistory({ said: 300 });
  expect(shown(room.current())).toEqual(texts(300).slice(100));
});

test("what is unread is there from the start, below 30 messages that were read", async () => {
  await using room = await openHistory({ said: 450, read: 100 });
  expect(shown(room.current())).toEqual(texts(450).slice(100 - 1 - 30));
  expect(room.current().hasOlder).toBe(true);
});

test("of more than 2,000 unread messages the newest 2,000 are there, and 30 above them", async () => {
  await using room = await openHistory({ said: 2_100, read: 10 });
  expect(shown(room.current())).toEqual(texts(2_100).slice(100 - 30));
});

test("a new message comes to the newest and takes none away where the reader may be", async () => {
  await using room = await openHistory({ said: 250, read: 250 });
  await room.server.say(room.tutorId, ["just now"]);
  await room.until((history) => expect(shown(history)).toEqual([...texts(250).slice(50), "just now"]));
});

test("more than 600 messages are let go but for the newest 200, and can be had again", async () => {
  await using room = await openHistory({ said: 900, read: 900 });
  let isTrimmed = true;
  const trim = () => room.act(() => (isTrimmed = room.current().trim()));
  for (let step = 0; step < 2; step += 1) room.act(room.current().loadOlder);
  trim();
  expect(isTrimmed).toBe(false);
  expect(room.current().rows).toHaveLength(600);

  room.act(room.current().loadOlder);
  expect(room.current().rows).toHaveLength(800);
  trim();
  expect(isTrimmed).toBe(true);
  expect(shown(room.current())).toEqual(texts(900).slice(700));
  room.act(room.current().loadOlder);
  expect(shown(room.current())).toEqual(texts(900).slice(500));
});
