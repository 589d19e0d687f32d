import type { ReactNode } from "react";

/** A titled part of the panel. */
export function PanelSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="border-t border-line px-4 py-3">
      <h3 className="mb-2 text-xs font-semibold text-muted">{title}</h3>
      {children}
    </div>
  );
}
