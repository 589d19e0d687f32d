import { describe, expect, it } from "vitest";
import type { Failure } from "../retry/failure.ts";
import { initialCore, type CoreEvent, type CoreState } from "./core-state.ts";
import { stepCore } from "./step-core.ts";

const context = { pollIntervalMs: 2_000, random: 0.5 };

/** Plays events of which an ending is the newest task's. */
function play(...events: readonly (CoreEvent | ((task: number) => CoreEvent))[]) {
  const first: CoreEvent[] = [{ type: "started" }, { type: "granted" }, { type: "done", task: 1 }];
  return [...first, ...events].reduce<{ readonly state: CoreState; readonly types: readonly string[] }>(
    ({ state }, next) => {
      const event = typeof next === "function" ? next(state.nextTask - 1) : next;
      const step = stepCore(state, event, context);
      return { state: step.state, types: step.effects.map(({ type }) => type) };
    },
    { state: initialCore, types: [] },
  );
}

const tick = { type: "timer-fired" } as const;
const done = (task: number) => ({ type: "done", task }) as const;
const fails = (failure: Failure) => (task: number) => ({ type: "failed", task, failure }) as const;
const queued = { type: "woken", wants: "push", isUrgent: false } as const;
const isFull = fails({ kind: "storage" });
const isOffline = fails({ kind: "offline" });

describe("why a leader waits", () => {
  it("C19 C16: an operation that was queued ends `storage`, and the backoff with it", () => {
    const again = play(isFull, queued);
    expect(again.state.reason).toBe("none");
    expect(again.types).toContain("work");
    expect(play(isFull, tick, queued).state.reason).toBe("none");
    expect(play(isFull, { ...queued, isUrgent: true, wants: "both" }).state.reason).toBe("storage");
  });

  it("C19 C20: a device that was stored anew ends `storage`, and nothing that is the server's to end", () => {
    const reopen = fails({ kind: "repair", repair: "reopen" });
    expect(play(isFull, tick, reopen).state.reason).toBe("storage");
    expect(play(isFull, tick, reopen, done).state.reason).toBe("none");
    expect(play(isOffline, tick, reopen, done).state.reason).toBe("offline");
  });

  it("C15 C20: repairs are counted for themselves: who was offline for long repairs at once, and blames no server", () => {
    const reopen = fails({ kind: "repair", repair: "reopen" });
    const { state, types } = play(isOffline, tick, isOffline, tick, isOffline, tick, isFull, tick, reopen);
    expect(types).toContain("work");
    expect(state).toMatchObject({ phase: "reopen", reason: "storage" });
  });
});
