import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure } from "../retry/failure.ts";
import {
  initialConnection,
  stepConnection,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
} from "./connection-machine.ts";

const settings = { pollIntervalMs: 2_000, random: () => 0.5 };

function play(...events: readonly ConnectionEvent[]) {
  let state: ConnectionState = initialConnection;
  let effects: readonly ConnectionEffect[] = [];
  for (const event of events) ({ state, effects } = stepConnection(state, event, settings));
  return { state, effects };
}
const running = (effects: readonly ConnectionEffect[]) =>
  effects.flatMap((effect) => (effect.type === "run" ? [effect.task] : []));

const led = { type: "led" } as const;
const nothingPushed = { type: "pushed", settled: 0, hasMore: false } as const;
const pulled = { type: "pulled" } as const;
const fails = (failure: Failure) => ({ type: "failed", failure }) as const;
const offline = fails({ kind: "network" });

describe("the connection", () => {
  it("does nothing while another tab leads", () => {
    expect(play({ type: "woken", wants: "both", isUrgent: true })).toMatchObject({
      state: { phase: { name: "following" } },
      effects: [],
    });
  });

  it("pushes, then pulls, then waits for the next poll", () => {
    expect(running(play(led).effects)).toEqual(["push"]);
    expect(running(play(led, nothingPushed).effects)).toEqual(["pull"]);
    expect(play(led, nothingPushed, pulled)).toMatchObject({
      state: { phase: { name: "idle" }, reason: "none" },
      effects: [{ type: "round-ended" }, { type: "schedule", delayMs: 2_000 }],
    });
  });

  it("pulls after a push that settled something", () => {
    const { effects } = play(
      led,
      nothingPushed,
      pulled,
      { type: "woken", wants: "push", isUrgent: false },
      {
        type: "pushed",
        settled: 1,
        hasMore: false,
      },
    );
    expect(running(effects)).toEqual(["pull"]);
  });

  it("C15: repairs at once, but counts repairs that do not help as a failing server", () => {
    const reset = fails({ kind: "repair", repair: "reset" });
    expect(running(play(led, reset).effects)).toEqual(["reset"]);
    const round = [reset, { type: "repaired" } as const];
    const { state } = play(led, ...round, ...round, ...round, reset);
    expect(state).toMatchObject({ phase: { name: "waiting" }, reason: "server", repair: "reset" });
  });

  it("C16: an empty push proves nothing, so a failing pull keeps its backoff", () => {
    const { state } = play(led, nothingPushed, offline, { type: "timer-fired" }, nothingPushed);
    expect(state).toMatchObject({ failures: 1, reason: "offline" });
  });

  it("polls rarely while hidden and at once when visible again", () => {
    const hidden = [led, nothingPushed, pulled, { type: "visibility-changed", isVisible: false }] as const;
    expect(play(...hidden).effects).toEqual([{ type: "schedule", delayMs: 30_000 }]);
    expect(running(play(...hidden, { type: "visibility-changed", isVisible: true }).effects)).toEqual(["push"]);
  });

  it("is silent once stopped", () => {
    expect(play(led, { type: "stopped" }, pulled, offline).effects).toEqual([]);
  });

  it("C16: never rests without a timer, never runs two tasks, and asks again within 2 s after a network failure", () => {
    const failure: fc.Arbitrary<Failure> = fc.oneof(
      fc.constantFrom<Failure>(
        { kind: "network" },
        { kind: "unauthorized" },
        { kind: "app-too-old" },
        { kind: "storage" },
        { kind: "repair", repair: "reset" },
        { kind: "repair", repair: "repull" },
      ),
      fc.record({ kind: fc.constant("server" as const), retryAfterMs: fc.nat({ max: 60_000 }) }),
    );
    const outside: fc.Arbitrary<ConnectionEvent> = fc.oneof(
      fc.record({
        type: fc.constant("woken" as const),
        wants: fc.constantFrom("push" as const, "both" as const),
        isUrgent: fc.boolean(),
      }),
      fc.record({ type: fc.constant("visibility-changed" as const), isVisible: fc.boolean() }),
      fc.constant({ type: "timer-fired" } as const),
      fc.constant({ type: "reauthorized" } as const),
    );
    const ending = fc.oneof(
      fc.record({ type: fc.constant("pushed" as const), settled: fc.nat({ max: 3 }), hasMore: fc.boolean() }),
      fc.constant(pulled),
      fc.constant({ type: "repaired" } as const),
      failure.map(fails),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(outside), ending)),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (turns, random) => {
          let state: ConnectionState = stepConnection(initialConnection, led, settings).state;
          for (const [events, end] of turns) {
            for (const event of state.phase.name === "running" ? [...events, end] : events) {
              const wasRunning = state.phase.name === "running";
              const step = stepConnection(state, event, { ...settings, random: () => random });
              const isEnding = event === end;
              state = step.state;
              if (wasRunning && !isEnding) expect(running(step.effects)).toEqual([]);
              expect(running(step.effects).length).toBeLessThanOrEqual(1);
              const timers = step.effects.flatMap((effect) => (effect.type === "schedule" ? [effect.delayMs] : []));
              if (isEnding && state.phase.name !== "running") expect(timers).toHaveLength(1);
              if (state.phase.name === "waiting" && isEnding && state.reason === "offline" && state.isVisible) {
                expect(timers[0]).toBeLessThanOrEqual(2_000);
              }
            }
          }
        },
      ),
    );
  });
});
