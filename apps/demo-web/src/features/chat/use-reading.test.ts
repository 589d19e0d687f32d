// @vitest-environment jsdom
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openRoom, type RoomOptions } from "./testing/room.tsx";
import type { ChatRow } from "./chat-row.ts";
import { useHistory } from "./use-history.ts";
import { useReading, type Reading } from "./use-reading.ts";

interface Shown extends Reading {
  readonly ordered: readonly ChatRow[];
}

/** A room in which the tutor has said these, of which the person has read so many; none where they never looked. */
function openReading({ said, read }: { readonly said: readonly string[]; readonly read?: number }) {
  const before: RoomOptions<Shown>["before"] = async ({ server, userId, tutorId }) => {
    const messages = await server.say(tutorId, said);
    const last = read === undefined ? undefined : messages[read - 1];
    if (last !== undefined) await server.api(userId).chat.markRead.mutate({ lessonId: last.lessonId, upTo: last.id });
  };
  return openRoom({
    before,
    use({ lessonId, userId }): Shown {
      const { rows: ordered } = useHistory(lessonId, userId);
      return { ...useReading({ lessonId, userId, ordered }), ordered };
    },
  });
}
type ReadingRoom = Awaited<ReturnType<typeof openReading>>;

const SIX = ["a", "b", "c", "d", "e", "f"];
const textOf = ({ ordered }: Shown, id: string | undefined) => ordered.find((row) => row.id === id)?.text;
const dividerOf = (shown: Shown) => textOf(shown, shown.dividerId);
const see = (room: ReadingRoom, top: number, bottom: number) => room.act(() => room.current().onView({ top, bottom }));
const readOnServer = async (room: ReadingRoom) => textOf(room.current(), await room.server.readUpTo(room.userId));

test("who has never looked has nothing unread and no divider, and has read what was there once they see any of it", async () => {
  await using room = await openReading({ said: SIX });
  expect(room.current()).toMatchObject({ unreadCount: 0, firstUnreadIndex: -1, dividerId: undefined });
  expect(await readOnServer(room)).toBeUndefined();
  see(room, 4, 5);
  await expect.poll(() => readOnServer(room)).toBe("f");
});

test("the divider stands above the first unread message and stays there while the person reads on, and the server hears how far", async () => {
  await using room = await openReading({ said: SIX, read: 3 });
  expect(room.current()).toMatchObject({ unreadCount: 3, firstUnreadIndex: 3, unreadWhere: "below" });
  expect(dividerOf(room.current())).toBe("d");
  see(room, 0, 4);
  await room.until((reading) => expect(reading).toMatchObject({ unreadCount: 1, firstUnreadIndex: 5 }));
  expect(dividerOf(room.current())).toBe("d");
  await expect.poll(() => readOnServer(room)).toBe("e");
});

test("who jumps over the first unread message has read nothing, and is told that it lies above", async () => {
  await using room = await openReading({ said: SIX, read: 1 });
  see(room, 4, 5);
  await room.until((reading) => expect(reading.unreadWhere).toBe("above"));
  expect(room.current().unreadCount).toBe(5);
  see(room, 0, 2);
  await room.until((reading) => expect(reading).toMatchObject({ unreadCount: 3, unreadWhere: "below" }));
});

test("the person's own messages are never unread, and do not end what is", async () => {
  await using room = await openReading({ said: SIX, read: 5 });
  await room.server.say(room.userId, ["mine, from another device"]);
  await room.server.say(room.tutorId, ["g"]);
  await room.until((reading) => expect(reading).toMatchObject({ unreadCount: 2, firstUnreadIndex: 5 }));
  expect(dividerOf(room.current())).toBe("f");
});

test("once all was read the divider moves to the first message that came unseen", async () => {
  await using room = await openReading({ said: SIX, read: 3 });
  see(room, 0, 5);
  await room.until((reading) => expect(reading.unreadCount).toBe(0));
  expect(dividerOf(room.current())).toBe("d");
  await room.server.say(room.tutorId, ["g", "h"]);
  await room.until((reading) => expect(reading.unreadCount).toBe(2));
  see(room, 0, 5);
  await room.until((reading) => expect(dividerOf(reading)).toBe("g"));
});

test("a message that is seen as it comes is read at once, without a divider", async () => {
  await using room = await openReading({ said: SIX, read: 6 });
  await room.server.say(room.tutorId, ["g"]);
  await room.until((reading) => expect(reading.ordered).toHaveLength(7));
  see(room, 1, 6);
  await room.until((reading) => expect(reading.unreadCount).toBe(0));
  expect(room.current().dividerId).toBeUndefined();
});

test("the divider leaves when the person says so, and comes back with the next message that they do not see", async () => {
  await using room = await openReading({ said: SIX, read: 3 });
  see(room, 0, 5);
  await room.until((reading) => expect(reading.unreadCount).toBe(0));
  room.act(room.current().dropDivider);
  expect(room.current().dividerId).toBeUndefined();
  await room.server.say(room.tutorId, ["g"]);
  await room.until((reading) => expect(reading.unreadCount).toBe(1));
  see(room, 0, 5);
  await room.until((reading) => expect(dividerOf(reading)).toBe("g"));
});

test("marking all as read leaves nothing unread, here at once and on the server soon, with the divider where it was", async () => {
  await using room = await openReading({ said: SIX, read: 2 });
  room.act(room.current().markAllRead);
  expect(room.current()).toMatchObject({ unreadCount: 0, firstUnreadIndex: -1 });
  expect(dividerOf(room.current())).toBe("c");
  await expect.poll(() => readOnServer(room)).toBe("f");
});

test("what was read on another device is read here, and reading goes on from there", async () => {
  await using room = await openReading({ said: SIX, read: 1 });
  const fourth = room.current().ordered[3];
  await room.server.api(room.userId).chat.markRead.mutate({ lessonId: room.server.lessonId, upTo: fourth?.id ?? "" });
  await room.until((reading) => expect(reading).toMatchObject({ unreadCount: 2, firstUnreadIndex: 4 }));
  see(room, 4, 4);
  await room.until((reading) => expect(reading).toMatchObject({ unreadCount: 1, firstUnreadIndex: 5 }));
});
