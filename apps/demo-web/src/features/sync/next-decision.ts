import { focusHeir } from "../../ui/focus-heir.ts";

/** A decision that is made goes; the focus is at the next one in the panel then, and at its heading when none is left. */
export const toNextDecision = focusHeir<HTMLLIElement>((made) => {
  const panel = made.closest("[data-queue]");
  const decisions = [...(panel?.querySelectorAll("[data-decision]") ?? [])];
  const place = decisions.indexOf(made);
  const next = decisions[place + 1] ?? decisions[place - 1];
  return next?.querySelector("button") ?? panel?.querySelector("h2");
});
