/**
 * A ref: while somebody writes in a text box inside, the element says so by `data-writing`, and nothing is rendered for it.
 * Not `:has(textarea:focus)`: the browser would have to look again with each row of a conversation that comes or goes inside.
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
