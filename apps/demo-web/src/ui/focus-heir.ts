import type { RefCallback } from "react";
import { findPageHeading } from "./page-focus.ts";

/**
 * A ref for what may go while the focus is in it: a row that is deleted, a button that its own press takes away. The browser
 * would leave the focus before the page; what `heirOf` finds has it instead. Made once, outside of components: a new function
 * is to React another ref, and a change of refs looks like a departure.
 */
export function focusHeir<Gone extends HTMLElement>(
  heirOf: (gone: Gone) => HTMLElement | null | undefined,
): RefCallback<Gone> {
  return (element) => () => {
    // It still stands in the document: its neighbours can be found.
    if (element?.contains(document.activeElement) === true) giveFocus(heirOf(element));
  };
}

/** For what stands around pages, or is all that there was in one. */
export const toPageHeading = focusHeir(findPageHeading);

/** For what is done with, in a part of a page that stays. */
export const toSectionHeading = focusHeir((gone) => gone.closest("section")?.querySelector<HTMLElement>("h2, h3"));

function giveFocus(heir: HTMLElement | null | undefined): void {
  if (heir == null) return;
  // A heading takes the focus from code alone.
  if (heir.tabIndex < 0) heir.tabIndex = -1;
  heir.focus();
}
