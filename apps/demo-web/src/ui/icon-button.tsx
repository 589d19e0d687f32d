import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  /** The button's name, for people who do not see the icon. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly tone?: "neutral" | "danger";
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, icon, tone = "neutral", className = "", ...rest }: IconButtonProps) {
  const colours = tone === "danger" ? "hover:bg-danger-soft hover:text-danger" : "hover:bg-hover hover:text-ink";
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-target shrink-0 items-center justify-center rounded-md text-muted transition-colors disabled:cursor-not-allowed disabled:opacity-55 ${colours} ${className}`}
      {...rest}
    >
      {icon}
    </button>
  );
}
