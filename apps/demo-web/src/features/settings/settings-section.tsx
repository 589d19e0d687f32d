import { useId, type ReactNode } from "react";

export interface SettingsSectionProps {
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

/** Settings that belong together: what they are on the left, the controls on the right; on a phone one above the other. */
export function SettingsSection({ title, hint, children }: SettingsSectionProps) {
  const headingId = useId();
  return (
    <section
      aria-labelledby={headingId}
      className="grid gap-x-8 gap-y-4 border-t border-line py-6 sm:grid-cols-[14rem_1fr]"
    >
      <div>
        <h2 id={headingId} className="font-semibold">
          {title}
        </h2>
        <p className="mt-0.5 text-sm text-pretty text-muted">{hint}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
