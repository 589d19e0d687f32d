import type { ReactNode } from "react";

export interface SettingsSectionProps {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** A card of settings that belong together. */
export function SettingsSection({ title, hint, children }: SettingsSectionProps) {
  return (
    <section className="mb-6 rounded-lg border border-line bg-surface p-5 shadow-card">
      <h2 className="font-semibold">{title}</h2>
      {hint === undefined ? null : <p className="mt-0.5 text-sm text-pretty text-muted">{hint}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
