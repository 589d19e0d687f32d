import type { ReactNode } from "react";
import { AlertIcon, CheckIcon, InfoIcon } from "./icons.tsx";

export interface NoticeProps {
  /** `danger` interrupts a screen reader, the others wait their turn. */
  readonly tone: "info" | "success" | "warning" | "danger";
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
}

const tones = {
  info: "bg-accent-soft border-accent/25",
  success: "bg-success-soft border-success/25",
  warning: "bg-warning-soft border-warning/25",
  danger: "bg-danger-soft border-danger/25",
} as const;
const icons = {
  info: { Icon: InfoIcon, colour: "text-accent" },
  success: { Icon: CheckIcon, colour: "text-success" },
  warning: { Icon: AlertIcon, colour: "text-warning" },
  danger: { Icon: AlertIcon, colour: "text-danger" },
} as const;

/** A message that stays until its cause is gone. */
export function Notice({ tone, children, actions }: NoticeProps) {
  const { Icon, colour } = icons[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2 text-sm ${tones[tone]}`}
    >
      <div className="flex min-w-0 flex-1 basis-56 items-start gap-2.5 py-0.5">
        <Icon className={`mt-px shrink-0 ${colour}`} />
        <div className="min-w-0 flex-1 text-pretty">{children}</div>
      </div>
      {actions === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
