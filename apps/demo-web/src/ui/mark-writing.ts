/**
 * A ref: while somebody writes in a text box inside, the element says so by `data-writing`, and nothing is rendered for it.
 * Not `:has(textarea:focus)`: with it Chromium keeps inherited colours of the colour scheme before.
 */
export function markWriting(element: HTMLElement | null): () => void {
  const mark = ({ type, target }: FocusEvent) =>
    element?.toggleAttribute("data-writing", type === "focusin" && target instanceof HTMLTextAreaElement);
  element?.addEventListener("focusin", mark);
  element?.addEventListener("focusout", mark);
  return () => {
    element?.removeEventListener("focusin", mark);
    element?.removeEventListener("focusout", mark);
  };
}
