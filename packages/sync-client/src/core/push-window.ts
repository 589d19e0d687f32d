import type { Failure } from "../retry/failure.ts";
import type { CoreEvent, PushSlot, PushWindow, Turn } from "./core-state.ts";

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

export interface WindowStep {
  readonly window: PushWindow;
  /** A push failed whose turn it was; those behind it are void. */
  readonly failure?: Failure;
}

export type WindowEvent = Extract<
  CoreEvent,
  { readonly type: "push-planned" | "push-answered" | "push-stored" | "failed" }
>;

/** What becomes of the pushes under way by an event about one of them. */
export function stepWindow(window: PushWindow, event: WindowEvent, turn: Turn): WindowStep {
  const { task } = event;
  switch (event.type) {
    case "push-planned":
      return task === window.planning ? { window: addSlot(window, event, turn) } : { window };
    case "push-stored":
      return task === window.slots[0]?.task ? closeSlot(window, event, turn) : { window };
    case "push-answered":
      return takeResult(window, { task, result: "answered" }, turn);
    case "failed":
      return task === window.planning
        ? { window, failure: event.failure }
        : takeResult(window, { task, result: event.failure }, turn);
  }
}

/**
 * Whether the next push may be read now. What is written while verdicts come in waits for the pull that is due, once the
 * queue was seen empty: else a steady writer would never see a pull.
 */
export const hasRoom = ({ slots, planning, width, isDrained, hasSettled }: PushWindow): boolean =>
  planning === null && slots.length < (width === "single" ? 1 : MAX_PUSHES) && !(isDrained && hasSettled);

export const isEmpty = ({ slots, planning }: PushWindow): boolean => slots.length === 0 && planning === null;

function addSlot(
  window: PushWindow,
  { task, lastKey, hasMore, width }: Extract<WindowEvent, { readonly type: "push-planned" }>,
  { emit }: Turn,
): PushWindow {
  const next = { ...window, planning: null, isDrained: !hasMore };
  if (lastKey === null) return next;
  emit({ type: "send-push", task });
  return { ...next, slots: [...window.slots, { task, result: "none" }], width, from: lastKey + 1 };
}

/** What comes before its turn waits: verdicts are stored in their order, so that none is ever skipped (C9). */
function takeResult(window: PushWindow, result: PushSlot, turn: Turn): WindowStep {
  const slots = window.slots.map((slot) => (slot.task === result.task ? result : slot));
  const next = { ...window, slots };
  return slots[0]?.task === result.task ? takeTurn(next, turn) : { window: next };
}

function closeSlot(
  window: PushWindow,
  { settled, isWhole }: Extract<WindowEvent, { readonly type: "push-stored" }>,
  turn: Turn,
): WindowStep {
  const next = { ...window, slots: window.slots.slice(1), hasSettled: window.hasSettled || settled > 0 };
  return isWhole ? takeTurn(next, turn) : { window: { ...next, hasSettled: settled > 0 }, failure: { kind: "gap" } };
}

function takeTurn(window: PushWindow, { emit }: Turn): WindowStep {
  const [first] = window.slots;
  if (typeof first?.result === "object") return { window, failure: first.result };
  if (first?.result === "answered") emit({ type: "store-push", task: first.task });
  return { window };
}
