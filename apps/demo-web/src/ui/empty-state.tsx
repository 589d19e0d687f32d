import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** 1 where it is all that the page shows. */
  readonly headingLevel?: 1 | 2;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What a page shows in place of content: why there is none, and what to do. */
export function EmptyState({ icon, title, headingLevel = 2, children, actions }: EmptyStateProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center px-4 py-12 text-center">
      {icon === undefined ? null : (
        <span className="mb-4 flex size-11 items-center justify-center rounded-full bg-hover text-muted">{icon}</span>
      )}
      <Heading className="text-lg font-semibold text-balance">{title}</Heading>
      {children === undefined ? null : <div className="mt-1 text-pretty text-muted">{children}</div>}
      {actions === undefined ? null : <div className="mt-6 flex gap-2">{actions}</div>}
    </div>
  );
}
