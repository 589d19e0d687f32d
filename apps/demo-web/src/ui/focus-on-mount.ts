import { useCallback } from "react";

/**
 * A ref that moves the focus to its element when that appears, with the cursor at the end of its text: for boxes that the
 * person asked for a moment ago, and for the first box of the sign-in page.
 */
export function useFocusOnMount(isWanted = true): (element: HTMLElement | null) => void {
  return useCallback(
    (element) => {
      if (element === null || !isWanted) return;
      element.focus();
      // Number-like inputs have no selection; mail boxes neither.
      if (element instanceof HTMLTextAreaElement) element.setSelectionRange(element.value.length, element.value.length);
    },
    [isWanted],
  );
}
