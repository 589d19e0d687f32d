import { expect, it } from "vitest";
import { createLaneMemory } from "./lane-memory.ts";

it("S25: sends devices that wrote to one scope down one lane, and each of the others down its own", () => {
  const { laneOf, remember } = createLaneMemory(10);
  remember("phone", "list:home");
  remember("laptop", "list:home");
  remember("tablet", "list:work");
  expect(laneOf("phone")).toBe(laneOf("laptop"));
  expect(new Set(["phone", "tablet", "new", "newer"].map(laneOf)).size).toBe(4);
  remember("phone", "list:work");
  expect(laneOf("phone")).toBe(laneOf("tablet"));
});

it("S25: forgets the device that has been silent longest, and no other", () => {
  const { laneOf, remember } = createLaneMemory(2);
  remember("phone", "list:home");
  remember("laptop", "list:home");
  remember("phone", "list:home");
  expect(["phone", "laptop"].map(laneOf)).toEqual(["list:home", "list:home"]);
  remember("tablet", "list:home");
  expect(["phone", "tablet"].map(laneOf)).toEqual(["list:home", "list:home"]);
  expect(laneOf("laptop")).not.toBe("list:home");
});
