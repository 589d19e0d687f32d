import { expect, it } from "vitest";
import { initialCore, type CoreEvent, type CoreState } from "./core-state.ts";
import { stepCore } from "./step-core.ts";

const context = { pollIntervalMs: 2_000, random: 0.5 };
const play = (...events: readonly CoreEvent[]): CoreState =>
  events.reduce<CoreState>((state, event) => stepCore(state, event, context).state, initialCore);
const freeze = { type: "freeze", isVisible: true } as const;
const leading: readonly CoreEvent[] = [{ type: "started" }, { type: "granted" }, { type: "done", task: 1 }];
const frozen: readonly CoreEvent[] = [...leading, freeze];

it("C18, C24: a lock, or a leader's answer, means nothing to who leads already or has left the line", () => {
  for (const script of [leading, frozen]) {
    const state = play(...script);
    expect(stepCore(state, { type: "granted" }, context)).toEqual({ state, effects: [] });
    expect(stepCore(state, { type: "answer", isVisible: false }, context)).toEqual({ state, effects: [] });
  }
});

it("C25: nothing but its own thawing wakes who has left the line", () => {
  const state = play(...frozen);
  const events: readonly CoreEvent[] = [
    { type: "timer-fired" },
    { type: "visibility", isVisible: true },
    { type: "woken", wants: "push", isUrgent: false },
    { type: "robbed" },
    { type: "ask" },
  ];
  for (const event of events) expect(stepCore(state, event, context)).toEqual({ state, effects: [] });
});

it("C18: a page that is frozen before it has opened has no place in the line to leave", () => {
  expect(stepCore(initialCore, freeze, context)).toEqual({ state: initialCore, effects: [] });
});
