import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** Somebody came to a page whose heading was not there yet. */
let isAwaited = false;

/**
 * After a change of page the focus goes to its heading: a screen reader reads it, and Tab starts there instead of at a link
 * that is gone. Signing in is one, too, also where the address stays. What a page focuses by itself, such as the first box
 * of a form, keeps the focus. The first page of a visit is the browser's to begin.
 */
export function usePageFocus(isSignedIn: boolean): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const last = useRef({ path, isSignedIn });
  useEffect(() => {
    const { path: lastPath, isSignedIn: wasSignedIn } = last.current;
    last.current = { path, isSignedIn };
    if (lastPath === undefined || (path === lastPath && (wasSignedIn || !isSignedIn))) return;
    const focused = document.activeElement;
    if (focused !== null && focused !== document.body && focused.closest("main") !== null) return;
    isAwaited = findPageHeading() === null;
    focusPageHeading();
  }, [path, isSignedIn]);
}

/** Before what takes a page away and puts another at the same address. */
export function awaitPageFocus(): void {
  isAwaited = true;
}

/** For a page that comes later than whoever wanted it, after its data or its file: unless they have gone on to something. */
export function useAwaitedFocus(): void {
  useEffect(() => {
    if (isAwaited && document.activeElement === document.body) focusPageHeading();
    isAwaited = false;
  }, []);
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
