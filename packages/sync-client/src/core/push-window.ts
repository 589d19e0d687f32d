import type { Failure } from "../retry/failure.ts";
import type { CoreEffect, CoreEvent, CoreState, PushSlot, PushWindow } from "./core-state.ts";

/** A server takes a device's pushes in their order, so more of them only wait there. */
const MAX_PUSHES = 3;

export const EMPTY_WINDOW: PushWindow = {
  slots: [],
  planning: null,
  from: 0,
  width: "single",
  isDrained: false,
  hasSettled: false,
};

/** What becomes of a window by an event about one of its pushes. */
export type WindowStep =
  | { readonly name: "open"; readonly window: PushWindow; readonly effects: readonly CoreEffect[] }
  /** A push failed whose turn it was; those behind it are void. */
  | { readonly name: "failed"; readonly failure: Failure; readonly hasSettled: boolean };

type WindowEvent = Extract<
  CoreEvent,
  { readonly type: "push-planned" | "push-answered" | "push-stored" | "failed" }
>;

export function stepWindow(window: PushWindow, event: WindowEvent): WindowStep {
  switch (event.type) {
    case "push-planned":
      return event.task === window.planning ? addSlot(window, event) : unchanged(window);
    case "push-answered":
      return takeResult(window, event.task, { name: "answered" });
    case "failed":
      return event.task === window.planning
        ? { ...event, name: "failed", hasSettled: window.hasSettled }
        : takeResult(window, event.task, { name: "failed", failure: event.failure });
    case "push-stored":
      return event.task === window.slots[0]?.task ? closeSlot(window, event) : unchanged(window);
  }
}

/**
 * Whether the next push may be read now. What is written while verdicts come in waits for the pull that is due, once the
 * queue was seen empty: else a steady writer would never see a pull.
 */
export function hasRoom({ slots, planning, width, isDrained, hasSettled }: PushWindow): boolean {
  return planning === null && slots.length < (width === "single" ? 1 : MAX_PUSHES) && !(isDrained && hasSettled);
}

export const isEmpty = ({ slots, planning }: PushWindow): boolean => slots.length === 0 && planning === null;

const unchanged = (window: PushWindow): WindowStep => ({ name: "open", window, effects: [] });

function addSlot(
  window: PushWindow,
  { task, lastKey, hasMore, width }: Extract<WindowEvent, { readonly type: "push-planned" }>,
): WindowStep {
  const next = { ...window, planning: null, isDrained: !hasMore };
  if (lastKey === null) return unchanged(next);
  const slots: readonly PushSlot[] = [...window.slots, { task, result: { name: "none" } }];
  return { name: "open", window: { ...next, slots, width, from: lastKey + 1 }, effects: [{ type: "send-push", task }] };
}

/** An answer that came before its turn waits: verdicts are stored in their order, so that none is ever skipped (C9). */
function takeResult(window: PushWindow, task: number, result: PushSlot["result"]): WindowStep {
  if (!window.slots.some((slot) => slot.task === task && slot.result.name !== result.name)) return unchanged(window);
  const slots = window.slots.map((slot) => (slot.task === task ? { task, result } : slot));
  return slots[0]?.task === task ? takeTurn({ ...window, slots }) : unchanged({ ...window, slots });
}

function closeSlot(
  window: PushWindow,
  { settled, isWhole }: Extract<WindowEvent, { readonly type: "push-stored" }>,
): WindowStep {
  const next = { ...window, slots: window.slots.slice(1), hasSettled: window.hasSettled || settled > 0 };
  if (!isWhole) return { name: "failed", failure: { kind: "gap" }, hasSettled: settled > 0 };
  return takeTurn(next);
}

function takeTurn(window: PushWindow): WindowStep {
  const [first] = window.slots;
  if (first?.result.name === "failed") {
    return { name: "failed", failure: first.result.failure, hasSettled: window.hasSettled };
  }
  const effects: readonly CoreEffect[] =
    first?.result.name === "answered" ? [{ type: "store-push", task: first.task }] : [];
  return { name: "open", window, effects };
}

/** Begins to read the next push. */
export function planNext(state: CoreState, window: PushWindow): { readonly state: CoreState; readonly effect: CoreEffect } {
  const { nextTask: task } = state;
  return {
    state: {
      ...state,
      wantsPush: false,
      nextTask: task + 1,
      phase: { name: "pushing", window: { ...window, planning: task } },
    },
    effect: { type: "plan-push", task, from: window.from },
  };
}
