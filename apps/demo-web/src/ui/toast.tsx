import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefCallback,
} from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { toPageHeading } from "./focus-heir.ts";
import { IconButton } from "./icon-button.tsx";
import { CheckIcon, CloseIcon, InfoIcon } from "./icons.tsx";
import { useKeyboardInset } from "./use-keyboard-inset.ts";

export interface Toast {
  readonly text: string;
  readonly tone?: "info" | "success";
}

interface ShownToast extends Toast {
  readonly key: number;
}

export interface Toasts {
  /** Says something that has happened and needs no answer. What needs one is a Notice, which stays. */
  show(toast: Toast): void;
  /** A ref for what is used at the bottom of a page, one thing above another: toasts stand above all, and not over any. */
  readonly keepAbove: RefCallback<HTMLElement>;
}

const STAYS_MS = 6000;
/** Between a toast and what it stands above. */
const GAP_PX = 8;

const ToastContext = createContext<Toasts | null>(null);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new TypeError("useToasts needs a ToastProvider above it.");
  return toasts;
}

/**
 * The newest toast at the bottom of the page, above what is used there and above a phone's keyboard. Its live region is there
 * from the start: one that comes with its text is mute.
 */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<ShownToast>();
  const show = useCallback((toast: Toast) => setShown((last) => ({ ...toast, key: (last?.key ?? 0) + 1 })), []);
  const region = useRef<HTMLOutputElement>(null);
  const kept = useRef(new Set<HTMLElement>());
  // Not by state: a message box that grows line by line would render everybody who may show a toast.
  const keepAbove = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const elements = kept.current;
    const measure = () => {
      const style = region.current?.style;
      const height = [...elements].reduce((sum, { offsetHeight }) => sum + offsetHeight, 0);
      if (elements.size === 0) style?.removeProperty("--floor");
      else style?.setProperty("--floor", `${height + GAP_PX}px`);
    };
    const observer = new ResizeObserver(measure);
    elements.add(element);
    observer.observe(element);
    return () => {
      observer.disconnect();
      elements.delete(element);
      measure();
    };
  }, []);
  const toasts = useMemo(() => ({ show, keepAbove }), [show, keepAbove]);
  const keyboardInset = useKeyboardInset();
  return (
    <ToastContext value={toasts}>
      {children}
      <output
        ref={region}
        className="pointer-events-none fixed inset-x-0 z-30 flex justify-center px-4"
        style={{ bottom: `calc(${keyboardInset}px + var(--floor, max(1rem, env(safe-area-inset-bottom))))` }}
      >
        {shown === undefined ? null : <ToastItem key={shown.key} toast={shown} onGone={() => setShown(undefined)} />}
      </output>
    </ToastContext>
  );
}

function ToastItem({ toast, onGone }: { readonly toast: Toast; readonly onGone: () => void }) {
  const texts = useTexts("ui");
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(onGone, STAYS_MS);
    return () => clearTimeout(timer);
  }, [isHeld, onGone]);
  const Icon = toast.tone === "success" ? CheckIcon : InfoIcon;
  return (
    <div
      ref={toPageHeading}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
      className="pointer-events-auto flex max-w-md animate-rise items-center gap-2.5 rounded-lg border border-line bg-raised py-1 pr-1 pl-3.5 text-sm shadow-raised"
    >
      <Icon className={`shrink-0 ${toast.tone === "success" ? "text-success" : "text-accent"}`} />
      <span className="min-w-0 py-1.5">{toast.text}</span>
      <IconButton label={texts.close} icon={<CloseIcon />} onClick={onGone} />
    </div>
  );
}
