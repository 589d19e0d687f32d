import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/**
 * After a change of page the focus goes to its heading: a screen reader reads it, and Tab starts there instead of at a link
 * that is gone. What a page focuses by itself, such as the first box of a form, keeps the focus; so does whatever outside
 * of the pages had it.
 */
export function usePageFocus(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const last = useRef(path);
  useEffect(() => {
    const isFirst = last.current === undefined || last.current === path;
    last.current = path;
    if (isFirst) return;
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body && focused.closest("main") !== null) return;
    focusPageHeading();
  }, [path]);
}

export const findPageHeading = (): HTMLElement | null =>
  document.querySelector<HTMLElement>("main [data-page-heading], main h1");

/** Where reading starts over: for whoever was at something that is gone. */
export function focusPageHeading(): void {
  const heading = findPageHeading();
  if (heading === null) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
