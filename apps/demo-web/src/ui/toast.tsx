import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { toPageHeading } from "./focus-heir.ts";
import { IconButton } from "./icon-button.tsx";
import { CheckIcon, CloseIcon, InfoIcon } from "./icons.tsx";

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
}

const STAYS_MS = 6000;

const ToastContext = createContext<Toasts | null>(null);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new TypeError("useToasts needs a ToastProvider above it.");
  return toasts;
}

/** The newest toast at the bottom of the page. Its live region is there from the start: one that comes with its text is mute. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<ShownToast>();
  const show = useCallback((toast: Toast) => setShown((last) => ({ ...toast, key: (last?.key ?? 0) + 1 })), []);
  const toasts = useMemo(() => ({ show }), [show]);
  return (
    <ToastContext value={toasts}>
      {children}
      <output className="pointer-events-none fixed inset-x-0 bottom-[max(1rem,env(safe-area-inset-bottom))] z-30 flex justify-center px-4">
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
