import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Spinner } from "./spinner.tsx";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` at most once a view; `quiet` where a border would be noise. */
  readonly look?: ButtonLook;
  readonly size?: ButtonSize;
  /** Before the text. */
  readonly icon?: ReactNode;
  /** What was asked for is under way: the button keeps its width and its name, and does nothing meanwhile. */
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export type ButtonLook = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "large" | "regular" | "small";

const looks = {
  primary: "bg-accent text-on-accent not-aria-disabled:hover:bg-accent-strong border-transparent shadow-card",
  secondary:
    "bg-raised text-ink border-line-strong/35 not-aria-disabled:hover:bg-hover not-aria-disabled:hover:border-line-strong/60 shadow-card",
  quiet:
    "bg-transparent text-muted border-transparent not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink",
  danger: "bg-danger text-on-danger not-aria-disabled:hover:bg-danger-strong border-transparent shadow-card",
} as const;

const sizes = {
  large: "h-11 px-5 text-base",
  regular: "h-target px-4 text-base",
  small: "h-target px-3 text-sm",
} as const;

/** The classes of a button, for links that look like one. */
export function buttonClasses(look: ButtonLook = "secondary", size: ButtonSize = "regular"): string {
  return `inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors select-none aria-disabled:cursor-not-allowed not-aria-busy:aria-disabled:opacity-55 ${looks[look]} ${sizes[size]}`;
}

export function Button(props: ButtonProps) {
  const { look, size, icon, isBusy = false, disabled = false, className = "", type = "button", ...others } = props;
  const { children, onClick, ...rest } = others;
  const isInert = isBusy || disabled;
  return (
    <button
      type={type}
      aria-busy={isBusy || undefined}
      // Not `disabled`: that would take the focus away from whoever pressed it, or stood on it when the network went.
      aria-disabled={isInert || undefined}
      // Also Enter in a form's box presses the button that sends it.
      onClick={isInert ? (event) => event.preventDefault() : onClick}
      className={`relative ${buttonClasses(look, size)} ${className}`}
      {...rest}
    >
      <span className={`inline-flex items-center gap-2 ${isBusy ? "opacity-0" : ""}`}>
        {icon}
        {children}
      </span>
      {isBusy ? <Spinner className="absolute" /> : null}
    </button>
  );
}
