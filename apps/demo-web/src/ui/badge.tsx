import type { ReactNode } from "react";

export type BadgeTone = "neutral" | "accent" | "success" | "warning" | "danger";

const tones = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent-strong",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
} as const;

export interface BadgeProps {
  readonly tone?: BadgeTone;
  readonly icon?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A word or a count about the thing it stands beside. */
export function Badge({ tone = "neutral", icon, className = "", children }: BadgeProps) {
  return (
    <span
      className={`inline-flex h-5 min-w-5 shrink-0 items-center justify-center gap-1 rounded-full px-1.5 text-xs font-medium whitespace-nowrap tabular-nums ${tones[tone]} ${className}`}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
