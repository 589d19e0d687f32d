import { useEffect, useId, useState, type RefObject } from "react";

/**
 * The panel beside the page: opened and closed by its button, closed by Escape while the focus is in it or on the button,
 * which then has the focus back.
 */
export function useSyncPanel(button: RefObject<HTMLButtonElement | null>) {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    const onKeyDown = ({ key, target }: KeyboardEvent) => {
      const places = [document.getElementById(panelId), button.current];
      if (key !== "Escape" || !places.some((place) => target instanceof Node && place?.contains(target))) return;
      setIsOpen(false);
      button.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isOpen, panelId, button]);
  return {
    isOpen,
    panelId,
    close() {
      setIsOpen(false);
      button.current?.focus();
    },
    toggle: () => setIsOpen(!isOpen),
  };
}
