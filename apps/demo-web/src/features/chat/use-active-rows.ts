import { useEffect, useState, type RefObject } from "react";

export interface ActiveRows {
  /** The message that was tapped last: its buttons show on screens without a pointer that hovers. */
  readonly tappedId: string | undefined;
  /** The message with the focus: it must not leave the document under it. */
  readonly focusedId: string | undefined;
}

export function useActiveRows(container: RefObject<HTMLElement | null>): ActiveRows {
  const [tappedId, setTappedId] = useState<string>();
  const [focusedId, setFocusedId] = useState<string>();
  useEffect(() => {
    const element = container.current;
    const onClick = ({ target }: Event) => setTappedId(messageIdOf(target));
    const onFocusIn = ({ target }: Event) => setFocusedId(messageIdOf(target));
    const onFocusOut = ({ relatedTarget }: FocusEvent) => setFocusedId(messageIdOf(relatedTarget));
    element?.addEventListener("click", onClick);
    element?.addEventListener("focusin", onFocusIn);
    element?.addEventListener("focusout", onFocusOut);
    return () => {
      element?.removeEventListener("click", onClick);
      element?.removeEventListener("focusin", onFocusIn);
      element?.removeEventListener("focusout", onFocusOut);
    };
  }, [container]);
  return { tappedId, focusedId };
}

function messageIdOf(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-message-id]") : null;
  return row?.dataset["messageId"];
}
