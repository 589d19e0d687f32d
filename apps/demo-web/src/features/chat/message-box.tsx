import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type Ref } from "react";
import { controlClasses } from "../../ui/field.tsx";

export interface MessageBoxProps {
  readonly label: string;
  /** What it begins with; afterwards the text is the box's own, so that a key press costs no rendering. */
  readonly initialText: string;
  readonly onText: (text: string) => void;
  /** Enter alone; Shift+Enter and an Enter that picks a suggestion stay in the box. */
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
  /** In an empty box. */
  readonly onArrowUp?: () => void;
  readonly placeholder?: string;
  readonly isInvalid?: boolean;
  readonly className?: string;
  readonly ref?: Ref<HTMLTextAreaElement>;
}

/** Safari ends a composition before the Enter that picked the word; the key then still says that it belongs to it. */
const COMPOSING_KEY_CODE = 229;

/**
 * What a key press fires besides `keydown`. React listens at the root of the page and asks all components above the box
 * about each of them; nobody there wants to know, and on a slow device the answers take milliseconds.
 */
const FIRED_BY_TYPING = ["keypress", "beforeinput", "textInput", "input", "selectionchange", "keyup"] as const;

/** A text box that grows with its text, up to a third of the page. */
export function MessageBox(props: MessageBoxProps) {
  const { label, initialText, onText, onEnter, placeholder, isInvalid = false, className = "", ref } = props;

  const around = useRef<HTMLDivElement>(null);
  const hear = useEffectEvent((event: Event) => {
    event.stopPropagation();
    if (event.type === "input" && event.target instanceof HTMLTextAreaElement) onText(event.target.value);
  });
  useEffect(() => {
    const element = around.current;
    const listener = (event: Event) => hear(event);
    for (const type of FIRED_BY_TYPING) element?.addEventListener(type, listener);
    return () => {
      for (const type of FIRED_BY_TYPING) element?.removeEventListener(type, listener);
    };
  }, []);

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing || event.keyCode === COMPOSING_KEY_CODE) return;
    const isPlain = !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
    if (event.key === "Escape" && props.onEscape !== undefined) {
      // Not also what lies around the box.
      event.stopPropagation();
      props.onEscape();
    } else if (
      event.key === "ArrowUp" &&
      isPlain &&
      event.currentTarget.value === "" &&
      props.onArrowUp !== undefined
    ) {
      event.preventDefault();
      props.onArrowUp();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      onEnter();
    }
  }

  return (
    <div ref={around} className="contents">
      <textarea
        ref={ref}
        aria-label={label}
        dir="auto"
        aria-invalid={isInvalid || undefined}
        rows={1}
        defaultValue={initialText}
        placeholder={placeholder}
        enterKeyHint="send"
        onKeyDown={onKeyDown}
        className={`${controlClasses} field-sizing-content block max-h-[33dvh] min-h-11 resize-none py-2.5 ${className}`}
      />
    </div>
  );
}
