import type { ReactNode } from "react";
import { AlertIcon, InfoIcon } from "./icons.tsx";

export interface NoticeProps {
  /** `danger` interrupts a screen reader, the others wait their turn. */
  readonly tone: "info" | "warning" | "danger";
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
}

const tones = {
  info: "bg-accent-soft",
  warning: "bg-warning-soft",
  danger: "bg-danger-soft",
} as const;
const iconTones = { info: "text-accent", warning: "text-warning", danger: "text-danger" } as const;

/** A message that stays until its cause is gone. */
export function Notice({ tone, children, actions }: NoticeProps) {
  const Icon = tone === "info" ? InfoIcon : AlertIcon;
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-4 py-2 text-sm ${tones[tone]}`}
    >
      <Icon className={`shrink-0 ${iconTones[tone]}`} />
      <div className="min-w-0 flex-1 basis-48 py-1">{children}</div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
