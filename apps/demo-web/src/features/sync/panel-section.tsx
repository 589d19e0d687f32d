import { useId, type ReactNode } from "react";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";

export interface PanelSectionProps {
  readonly title: string;
  readonly count?: number;
  readonly tone?: BadgeTone;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** A titled part of the panel. */
export function PanelSection({ title, count = 0, tone = "neutral", hint, children }: PanelSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t border-line px-4 py-4">
      <h3 id={id} className="flex items-center gap-2 text-sm font-semibold">
        {title}
        {count > 0 ? <Badge tone={tone}>{count}</Badge> : null}
      </h3>
      {hint === undefined ? null : <p className="mt-0.5 text-sm text-pretty text-muted">{hint}</p>}
      <div className="mt-2.5">{children}</div>
    </section>
  );
}
