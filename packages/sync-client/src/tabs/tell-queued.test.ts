import { expect, it } from "vitest";
import { createManualClock } from "../../test/manual-clock.ts";
import type { TabMessage } from "./channel.ts";
import { createTellQueued } from "./tell-queued.ts";

function open() {
  const clock = createManualClock();
  const posted: TabMessage[] = [];
  const page = { mayWait: true };
  const channel = { post: (message: TabMessage) => void posted.push(message) };
  const tell = createTellQueued({ channel, clock }, () => page.mayWait);
  /** The first keys of all messages so far. */
  const told = () => posted.map((message) => (message.type === "queued" ? message.firstKey : message.type));
  return { clock, page, tell, told };
}

it("C18: tells of the first commit at once, and of those of the next 20 ms in one message", () => {
  const { clock, tell, told } = open();
  for (let key = 1; key <= 100; key += 1) tell(key);
  expect(told()).toEqual([1]);
  clock.advance(19);
  expect(told()).toEqual([1]);
  clock.advance(1);
  expect(told()).toEqual([1, 2]);
});

it("C18: a steady writer is told of every 20 ms, and one that pauses at once again", () => {
  const { clock, tell, told } = open();
  for (let key = 1; key <= 101; key += 1) {
    tell(key);
    clock.advance(1);
  }
  expect(told()).toEqual([1, 2, 21, 41, 61, 81]);
  clock.advance(40);
  expect(told()).toEqual([1, 2, 21, 41, 61, 81, 101]);
  tell(102);
  expect(told()).toEqual([1, 2, 21, 41, 61, 81, 101, 102]);
});

it("C18: leaves no timer behind a pause", () => {
  const { clock, tell } = open();
  tell(1);
  clock.advance(20);
  expect(clock.nextDelay()).toBeUndefined();
});

it("C18, C25: where it may not wait it tells of every commit at once, with what waited, and leaves no timer behind", () => {
  const { clock, page, tell, told } = open();
  tell(1);
  tell(2);
  page.mayWait = false;
  tell(3);
  tell(4);
  expect(told()).toEqual([1, 2, 4]);
  expect(clock.nextDelay()).toBeUndefined();
});

it("C18, C25: tells at once what waits when it is asked to, and nothing where nothing does", () => {
  const { clock, tell, told } = open();
  tell();
  expect(told()).toEqual([]);
  tell(1);
  tell(2);
  tell();
  tell();
  expect(told()).toEqual([1, 2]);
  expect(clock.nextDelay()).toBeUndefined();
});
