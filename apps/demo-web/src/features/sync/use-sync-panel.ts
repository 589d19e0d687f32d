import { useId, useRef, useState, type KeyboardEvent } from "react";

/** The panel beside the page: opened and closed by its button, closed by Escape, which gives the focus back. */
export function useSyncPanel() {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const button = useRef<HTMLButtonElement>(null);
  function close() {
    setIsOpen(false);
    button.current?.focus();
  }
  return {
    isOpen,
    panelId,
    button,
    close,
    toggle: () => setIsOpen(!isOpen),
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== "Escape" || !isOpen || event.defaultPrevented) return;
      event.stopPropagation();
      close();
    },
  };
}
