import { describe, expect, it } from "vitest";
import { parseTaskArguments } from "./task-arguments.ts";

describe("the arguments of tasks", () => {
  it.each([
    [["--all"], { tasks: ["board_operation", "chat_message", "notification", "sync_push"], cleanup: false }],
    [["--task", "sync_push"], { tasks: ["sync_push"], cleanup: false }],
    [["--task=sync_push", "--task", "chat_message"], { tasks: ["chat_message", "sync_push"], cleanup: false }],
    [["--cleanup"], { tasks: [], cleanup: true }],
    [["--task", "notification", "--cleanup"], { tasks: ["notification"], cleanup: true }],
  ])("take %j", (args, request) => {
    expect(parseTaskArguments(args)).toEqual(request);
  });

  it.each([
    [["--task", "toString"], 'There is no task "toString": take board_operation, chat_message'],
    [[], "Say what to run"],
    [["sync_push"], "sync_push"],
    [["--task"], "--task"],
    [["--everything"], "--everything"],
  ])("answer %j with one line", (args, words) => {
    const answer = parseTaskArguments(args);
    expect(answer).toEqual(expect.stringContaining(words));
    expect(answer).not.toContain("\n");
  });
});
