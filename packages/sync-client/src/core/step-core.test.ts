import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure } from "../retry/failure.ts";
import { initialCore, isLeading, type CoreEffect, type CoreEvent, type CoreState } from "./core-state.ts";
import { stepCore } from "./step-core.ts";

const context = { pollIntervalMs: 2_000, random: 0.5 };

/** An event may name the newest task of a kind instead of its number. */
type Script = readonly (CoreEvent | ((newest: number) => CoreEvent))[];

function play(script: Script, { from = initialCore, ...rest }: { from?: CoreState } = {}) {
  let state = from;
  let effects: readonly CoreEffect[] = [];
  for (const next of script) {
    const event = typeof next === "function" ? next(state.nextTask - 1) : next;
    ({ state, effects } = stepCore(state, event, { ...context, ...rest }));
  }
  return {
    state,
    effects,
    types: effects.map((effect) => (effect.type === "work" ? effect.work : effect.type)),
    phase: state.phase,
  };
}

const started = { type: "started" } as const;
const granted = { type: "granted" } as const;
const tick = { type: "timer-fired" } as const;
const robbed = { type: "robbed" } as const;
const hidden = { type: "visibility", isVisible: false } as const;
const visible = { type: "visibility", isVisible: true } as const;
const freeze = { type: "freeze", isVisible: true } as const;
const resume = { type: "resume", isVisible: true } as const;
const heard = (isVisible: boolean) => ({ type: "answer", isVisible }) as const;
const woken = { type: "woken", wants: "push", isUrgent: false } as const;
const done = (task: number) => ({ type: "done", task }) as const;
const plannedAs = (plan: { readonly hasMore: boolean; readonly isPipelined: boolean }) => (task: number) =>
  ({ type: "planned", task, ...plan }) as const;
const planned = (hasMore = false) => plannedAs({ hasMore, isPipelined: true });
/** A push that finds an empty queue. */
const nothingWaits: Script = [plannedAs({ hasMore: false, isPipelined: false }), done];
const answered = (task: number) => ({ type: "heard", task }) as const;
const settled = (task: number) => ({ type: "settled", task }) as const;
const failed = (failure: Failure) => (task: number) => ({ type: "failed", task, failure }) as const;
const failedTask = (task: number, failure: Failure) => ({ type: "failed", task, failure }) as const;
const offline = failed({ kind: "offline" });
const unauthorized = failed({ kind: "signed-out" });

const led: Script = [started, granted, done];
const idle: Script = [...led, ...nothingWaits, done];
/** Three pushes are under way: tasks 2, 3 and 4. */
const full: Script = [...led, planned(true), planned(true), planned(true)];

describe("leadership", () => {
  it("C18: a tab stands in line, asks who leads, and begins once the lock is its own", () => {
    expect(play([started])).toMatchObject({ phase: "follower", types: ["hello", "wait", "ask", "schedule"] });
    expect(play(led).effects).toContainEqual({ type: "work", task: 2, work: "push" });
  });

  it("C18, I4: reads what others have stored before it leads, though it has heard of nobody who led", () => {
    for (const waiting of [[started], [started, heard(true)], [started, visible]]) {
      expect(play([...waiting, granted]).effects).toContainEqual({ type: "work", task: 1, work: "catch-up" });
      expect(play([...waiting, granted, done]).types).toContain("push");
    }
  });

  it("C24 I10: says nothing that the leader before it has said of the server", () => {
    expect(play([started, heard(true), granted]).effects).toContainEqual({ type: "report", endsRound: false });
    expect(play([started, granted]).effects).toContainEqual({ type: "report", endsRound: false });
  });

  it("C24: a visible follower takes the lock after three questions without an answer", () => {
    expect(play([started, tick, tick]).types).toEqual(["ask", "schedule"]);
    expect(play([started, tick, tick, tick])).toMatchObject({ phase: "candidate", types: ["steal"] });
    expect(play([started, tick, tick, heard(true), tick])).toMatchObject({ phase: "follower" });
  });

  it("C24: asks all three questions within 900 ms while visible, and far apart while hidden", () => {
    const delay = (script: Script) => play(script).effects.flatMap((e) => (e.type === "schedule" ? [e.delayMs] : []));
    expect((delay([started])[0] ?? Infinity) * 3).toBeLessThan(900);
    expect(delay([started, hidden])[0]).toBeGreaterThan(5_000);
  });

  it("C24: takes the lock from a hidden leader at once, if it is visible itself", () => {
    expect(play([started, heard(false)])).toMatchObject({ phase: "candidate", types: ["steal"] });
    expect(play([hidden, started, heard(false)])).toMatchObject({ phase: "follower", types: [] });
    expect(play([hidden, started, visible]).types).toEqual(["ask", "schedule"]);
  });

  it("C24: a leader answers, and says by itself that it was hidden", () => {
    expect(play([...idle, { type: "ask" }]).types).toEqual(["answer"]);
    expect(play([started, { type: "ask" }]).types).toEqual([]);
    for (const leading of [led, idle, [...led, offline]]) expect(play([...leading, hidden]).types).toContain("answer");
  });

  it("C24: a robbed leader drops what is under way, reads again and stands in line", () => {
    for (const leading of [led, idle, full, [...led, offline]]) {
      const { state, types } = play([...leading, robbed]);
      expect(types).toEqual(["abort", "reload", "hello", "wait", "ask", "schedule"]);
      expect(state).toMatchObject({ phase: "follower", reason: "none", failures: 0, repair: null });
    }
    expect(play([...full, robbed, answered(2)])).toMatchObject({ phase: "follower", effects: [] });
  });

  it("C24: a candidate that is robbed itself goes back into the line", () => {
    expect(play([started, heard(false), robbed])).toMatchObject({ phase: "follower" });
    expect(play([started, robbed])).toMatchObject({ phase: "follower", effects: [] });
  });

  it("C25: a frozen page gives up lock and requests, and reads the storage when it lives on", () => {
    for (const script of [[started], led, idle, full]) {
      expect(play([...script, freeze])).toMatchObject({
        phase: "frozen",
        types: ["abort", "leave"],
      });
    }
    expect(play([...full, freeze, resume]).types).toEqual(["abort", "reload", "hello", "wait", "ask", "schedule"]);
    expect(play([...idle, resume]).types).toEqual([]);
  });

  it("C15: a leader that waits for a session tries again when a tab opens", () => {
    const greeted = { type: "hello" } as const;
    expect(play([...led, unauthorized, greeted]).types).toEqual(["report", "push"]);
    expect(play([...led, offline, greeted]).types).toEqual(["report"]);
    expect(play([started, greeted]).types).toEqual([]);
  });

  it("a follower passes on what is urgent", () => {
    expect(play([started, { ...woken, isUrgent: true }]).effects).toEqual([{ type: "wake", wants: "push" }]);
    expect(play([started, woken]).effects).toEqual([]);
  });

  it("is silent once stopped", () => {
    const { state } = play([...full, { type: "stopped" }]);
    for (const event of [answered(2), tick, robbed, granted, started, woken, visible]) {
      expect(stepCore(state, event, context)).toEqual({ state, effects: [] });
    }
  });
});

describe("the push window", () => {
  it("C26: sends up to three pushes without waiting for an answer, each once the one before it is read", () => {
    const { effects, state } = play(full);
    expect(effects).toEqual([]);
    expect(play([...led, planned(true)]).effects).toEqual([{ type: "work", task: 3, work: "push" }]);
    expect(play([...led, woken]).effects).toEqual([]);
    expect(state.tasks).toEqual([2, 3, 4]);
    expect(play([...full, settled(2), done(2)]).effects).toEqual([{ type: "work", task: 5, work: "push" }]);
  });

  it("C26: one at a time while the epoch is unknown", () => {
    const single = plannedAs({ hasMore: true, isPipelined: false });
    expect(play([...led, single]).types).toEqual([]);
    expect(play([...led, single, woken]).types).toEqual([]);
  });

  it("C26: an event of a push that was given up is void", () => {
    const { state } = play([...full, failedTask(2, { kind: "offline" })]);
    for (const event of [answered(3), settled(3), done(3), failedTask(4, { kind: "offline" })]) {
      expect(stepCore(state, event, context)).toEqual({ state, effects: [] });
    }
  });

  it("C26, C12: a push that overtook another is sent again at once, without a failure, once that one is through", () => {
    const { effects, state } = play([...full, settled(2), done(2), failedTask(3, { kind: "gap" })]);
    expect(effects).toEqual([{ type: "abort" }, { type: "work", task: 6, work: "push" }]);
    expect(state).toMatchObject({ failures: 0, reason: "none", repair: null, tasks: [6] });
  });

  it("C16, C26: what the network lost beside a push that got through is sent again at once; alone it waits", () => {
    const again = play([...full, settled(2), done(2), failedTask(3, { kind: "offline" })]);
    expect(again.effects).toEqual([{ type: "abort" }, { type: "work", task: 6, work: "push" }]);
    expect(again.state).toMatchObject({ failures: 0, reason: "none" });
    expect(play([planned(), offline], { from: again.state })).toMatchObject({
      phase: "waiting",
      state: { failures: 1 },
    });
  });

  it("C16, C26: a server that refuses what follows is left alone for a while, as after a first failure", () => {
    const refused = { kind: "server", retryAfterMs: 3_000 } as const;
    const { state, effects, phase } = play([...led, failed(refused), tick, planned(true), planned(true), planned()]);
    const first = state.nextTask - 3;
    expect([phase, effects]).toEqual(["push", []]);
    const script = [settled(first), done(first), failedTask(first + 1, refused)];
    expect(play(script, { from: state })).toMatchObject({ phase: "waiting", state: { reason: "server", failures: 1 } });
  });

  it("C26, C12: a gap without any progress is a failing server, not a loop", () => {
    const gap = failed({ kind: "gap" });
    expect(play([...led, planned(), gap])).toMatchObject({
      phase: "waiting",
      state: { reason: "server", failures: 1 },
    });
    const again = play([...full, settled(2), failedTask(2, { kind: "gap" }), planned(), gap]);
    expect(again).toMatchObject({ phase: "waiting", state: { reason: "server" } });
  });

  it("C26: verdicts that are missing are asked for again; none at all is a failing server", () => {
    const left = failedTask(2, { kind: "gap" });
    expect(play([...full, settled(2), left]).types).toEqual(["abort", "push"]);
    expect(play([...full, left])).toMatchObject({ phase: "waiting" });
  });

  it("pulls once the queue was seen empty, also while somebody writes on and on", () => {
    const drained: Script = [...led, planned(), woken, planned(), answered(2), settled(2), done(2)];
    expect(play([...drained, woken]).effects).toEqual([]);
    const through: Script = [...drained, woken, answered(3), settled(3), done(3)];
    expect(play(through).effects).toContainEqual({ type: "work", task: 4, work: "pull" });
    expect(play([...through, done]).types).toContain("push");
  });

  it("an operation that is queued while the queue is read is not forgotten", () => {
    expect(play([...led, woken, ...nothingWaits]).types).toContain("push");
  });
});

describe("exchanges", () => {
  it("pushes, then pulls, then waits for the next poll", () => {
    expect(play([...led, ...nothingWaits]).effects).toContainEqual({ type: "work", task: 3, work: "pull" });
    expect(play(idle)).toMatchObject({
      phase: "idle",
      effects: [
        { type: "report", endsRound: true },
        { type: "schedule", delayMs: 2_000 },
      ],
    });
  });

  it("C15: repairs at once, but counts repairs that do not help as a failing server", () => {
    const reset = failed({ kind: "repair", repair: "reset" });
    expect(play([...led, reset]).effects).toContainEqual({ type: "work", task: 3, work: "reset" });
    const round: Script = [reset, done];
    expect(play([...led, ...round, ...round, ...round, reset]).state).toMatchObject({
      phase: "waiting",
      reason: "server",
      repair: "reset",
    });
  });

  it("C16: an empty push proves nothing, so a failing pull keeps its backoff", () => {
    expect(play([...led, ...nothingWaits, offline, tick, ...nothingWaits]).state).toMatchObject({
      failures: 1,
      reason: "offline",
    });
  });

  it("C16: new operations do not end a backoff; a person, the network and the page becoming visible do", () => {
    const waiting: Script = [...led, offline];
    expect(play([...waiting, woken])).toMatchObject({ phase: "waiting", effects: [] });
    expect(play([...waiting, { ...woken, isUrgent: true }]).types).toContain("push");
    expect(play([...waiting, visible]).types).toContain("push");
  });

  it("C15: asks for a session once, until the app has answered", () => {
    expect(play([...led, unauthorized]).types).toContain("ask-for-session");
    expect(play([...led, unauthorized, tick, unauthorized]).types).not.toContain("ask-for-session");
    const renewed = { type: "session-answered", isRenewed: true } as const;
    expect(play([...led, unauthorized, renewed]).types).toContain("push");
    expect(play([...led, unauthorized, { ...renewed, isRenewed: false }])).toMatchObject({
      phase: "waiting",
      effects: [],
    });
    expect(play([...led, unauthorized, renewed, unauthorized, renewed])).toMatchObject({
      phase: "waiting",
      effects: [],
    });
  });

  it("C15: a failed network before the refusal does not hold the renewed session back", () => {
    const renewed = { type: "session-answered", isRenewed: true } as const;
    expect(play([...led, offline, tick, unauthorized, renewed]).types).toContain("push");
  });

  it("polls rarely while hidden and at once when visible again", () => {
    expect(play([...idle, hidden]).effects).toEqual([
      { type: "answer", isVisible: false },
      { type: "schedule", delayMs: 30_000 },
    ]);
    expect(play([...idle, hidden, visible]).types).toContain("push");
  });

  it("I10: tells at once that the server answers again", () => {
    const again = play([...led, offline, tick, planned(), answered]);
    expect(again.effects).toContainEqual({ type: "report", endsRound: false });
    expect(again.state.reason).toBe("none");
    const noRoom = play([...led, failed({ kind: "storage" }), tick, planned(), answered]);
    expect(noRoom.state.reason).toBe("storage");
    expect(play([(task) => settled(task)], { from: noRoom.state }).state.reason).toBe("none");
  });

  it("I10 C26: a later push's answer tells that the server is there, before the verdicts have their turn", () => {
    const { state } = play([...led, offline, tick, planned(true), planned(true)]);
    expect(state.reason).toBe("offline");
    const next = play([answered(state.nextTask - 2)], { from: state });
    expect(next.state.reason).toBe("none");
    expect(play([answered(2)], { from: state }).state).toEqual(state);
  });

  it("I6: whatever happens, a leader works or has a timer, and no failure keeps the visible longer than 2 s offline", () => {
    fc.assert(fc.property(fc.array(anyEvent, { maxLength: 60 }), keepsGoing));
  });
});

const anyFailure: fc.Arbitrary<Failure> = fc.oneof(
  fc.constantFrom<Failure>(
    { kind: "offline" },
    { kind: "signed-out" },
    { kind: "app-too-old" },
    { kind: "storage" },
    { kind: "gap" },
    { kind: "repair", repair: "reset" },
    { kind: "repair", repair: "repull" },
  ),
  fc.record({ kind: fc.constant("server" as const), retryAfterMs: fc.nat({ max: 60_000 }) }),
);
const back = fc.nat({ max: 4 });
/** Endings name one of the newest tasks, which may be over. */
const anyEvent: fc.Arbitrary<(newest: number) => CoreEvent> = fc.oneof(
  fc
    .constantFrom<CoreEvent>(granted, granted, robbed, tick, tick, hidden, visible, woken, heard(true), heard(false))
    .map((event) => () => event),
  fc.constantFrom<CoreEvent>(freeze, resume, { type: "session-answered", isRenewed: true }).map((event) => () => event),
  back.map((by) => (newest: number) => done(newest - by)),
  back.map((by) => (newest: number) => answered(newest - by)),
  back.map((by) => (newest: number) => settled(newest - by)),
  fc.record({ hasMore: fc.boolean(), isPipelined: fc.boolean() }).map(plannedAs),
  fc.tuple(back, anyFailure).map(
    ([by, failure]) =>
      (newest: number) =>
        failedTask(newest - by, failure),
  ),
);

function keepsGoing(events: readonly ((newest: number) => CoreEvent)[]): void {
  let state = stepCore(initialCore, started, context).state;
  let hasTimer = true;
  for (const next of events) {
    const event = next(state.nextTask - 1);
    if (event.type === "timer-fired") hasTimer = false;
    const step = stepCore(state, event, context);
    for (const effect of step.effects) {
      if (effect.type === "schedule") hasTimer = true;
      if (
        effect.type === "schedule" &&
        step.state.reason === "offline" &&
        step.state.isVisible &&
        isLeading(step.state)
      ) {
        expect(effect.delayMs).toBeLessThanOrEqual(2_000);
      }
    }
    ({ state } = step);
    if (state.phase === "push") expect(state.tasks.length).toBeLessThanOrEqual(3);
    if (["follower", "idle", "waiting"].includes(state.phase)) expect(hasTimer).toBe(true);
    else if (isLeading(state)) expect(state.tasks.length).toBeGreaterThan(0);
    else expect(state.tasks).toEqual([]);
  }
}
