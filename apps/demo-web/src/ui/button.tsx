import type { ButtonHTMLAttributes } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` at most once a view; `quiet` where a border would be noise. */
  readonly look?: "primary" | "secondary" | "quiet" | "danger";
  readonly size?: "large" | "regular" | "small";
}

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent font-medium",
  secondary: "bg-surface text-ink border-line hover:bg-hover font-medium",
  quiet: "bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-transparent text-danger border-transparent hover:bg-danger-soft",
} as const;

const sizes = {
  large: "h-11 px-4 text-base",
  regular: "h-target px-4 text-base",
  small: "h-target px-3 text-sm",
} as const;

export function Button({
  look = "secondary",
  size = "regular",
  className = "",
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex shrink-0 items-center justify-center gap-2 rounded-md border whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${looks[look]} ${sizes[size]} ${className}`}
      {...rest}
    />
  );
}
