import { useEffect, useState, type RefObject } from "react";

/** The id of the message that was tapped last: its buttons show on screens without a pointer that hovers. */
export function useTappedRow(container: RefObject<HTMLElement | null>): string | undefined {
  const [tappedId, setTappedId] = useState<string>();
  useEffect(() => {
    const element = container.current;
    const remember = ({ target }: Event) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-message-id]") : null;
      setTappedId(row?.dataset["messageId"]);
    };
    element?.addEventListener("click", remember);
    return () => element?.removeEventListener("click", remember);
  }, [container]);
  return tappedId;
}
