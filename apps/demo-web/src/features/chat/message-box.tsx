import type { KeyboardEvent } from "react";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";

export interface MessageBoxProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Enter alone; Shift+Enter and an Enter that picks a suggestion stay in the box. */
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
  readonly placeholder?: string;
  /** Takes the focus when it appears. */
  readonly takesFocus?: boolean;
  readonly className?: string;
}

/** A text box that grows with its text, up to a third of the page. */
export function MessageBox({
  label,
  text,
  onText,
  onEnter,
  onEscape,
  placeholder,
  takesFocus = false,
  className = "",
}: MessageBoxProps) {
  const focus = useFocusOnMount(takesFocus);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape") onEscape?.();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onEnter();
  }

  return (
    <textarea
      ref={focus}
      aria-label={label}
      rows={1}
      value={text}
      placeholder={placeholder}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      className={`field-sizing-content block max-h-[33dvh] min-h-11 w-full resize-none rounded-md border border-line-strong bg-surface px-3 py-2.5 text-base placeholder:text-muted focus-visible:border-accent focus-visible:outline-offset-0 ${className}`}
    />
  );
}
