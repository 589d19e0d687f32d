import type { ReactNode } from "react";
import { toPageHeading } from "./focus-heir.ts";
import { AlertIcon, InfoIcon } from "./icons.tsx";

export interface BannerProps {
  readonly tone: "info" | "warning";
  /** In place of the tone's own. */
  readonly icon?: ReactNode;
  /** Makes it a region of that name, for what another live region has already said; without it the banner speaks itself. */
  readonly label?: string;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** A second sentence that a phone has no room for: there screen readers alone have it, and the banner is one line. */
  readonly more?: ReactNode;
}

const tones = {
  info: { ground: "border-accent/25 bg-accent-soft", icon: <InfoIcon />, colour: "text-accent" },
  warning: { ground: "border-warning/25 bg-warning-soft", icon: <AlertIcon />, colour: "text-warning" },
} as const;

/** One line from edge to edge about the app as a whole, between the header and the page, until its cause is gone. */
export function Banner({ tone, icon, label, actions, children, more }: BannerProps) {
  const { ground, icon: usual, colour } = tones[tone];
  return (
    <section
      ref={toPageHeading}
      {...(label === undefined ? { role: "status" } : { "aria-label": label })}
      className={`flex shrink-0 flex-wrap items-center gap-x-3 gap-y-0.5 border-b py-1 pr-2 pl-4 text-sm ${ground}`}
    >
      <div
        className={`flex min-h-target min-w-0 flex-1 items-start gap-2.5 py-2 ${more === undefined ? "basis-64" : "basis-32 sm:basis-64"}`}
      >
        <span className={`mt-px shrink-0 ${colour}`}>{icon ?? usual}</span>
        <p className="min-w-0 flex-1 text-pretty">
          {children}
          {more === undefined ? null : <span className="max-sm:sr-only"> {more}</span>}
        </p>
      </div>
      {actions === undefined ? null : <div className="ml-auto flex items-center gap-1 py-0.5">{actions}</div>}
    </section>
  );
}
