import { expect, it } from "vitest";
import { createBrowserChannel } from "./channel.ts";

it("C1: a write that becomes durable while its client stops is told to nobody, instead of failing", () => {
  const channel = createBrowserChannel("closed");
  channel.close();
  expect(() => channel.post({ type: "queued", firstKey: 1 })).not.toThrow();
});
