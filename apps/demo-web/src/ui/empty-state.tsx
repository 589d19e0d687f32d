import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** 1 where it is all that the page shows. */
  readonly headingLevel?: 1 | 2 | 3;
  readonly tone?: "neutral" | "warning" | "danger";
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

const tones = {
  neutral: "bg-accent-soft text-accent",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
} as const;

/** What a page shows in place of content: why there is none, and what to do. */
export function EmptyState(props: EmptyStateProps) {
  const { icon, title, headingLevel = 2, tone = "neutral", children, actions } = props;
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-6 py-6 text-center">
      {icon === undefined ? null : (
        <span className={`mb-4 flex size-12 items-center justify-center rounded-xl [&>svg]:size-5.5 ${tones[tone]}`}>
          {icon}
        </span>
      )}
      <Heading
        {...(headingLevel === 1 ? { tabIndex: -1, "data-page-heading": "" } : {})}
        className="text-lg font-semibold text-balance"
      >
        {title}
      </Heading>
      {children === undefined ? null : <div className="mt-1.5 text-balance text-muted">{children}</div>}
      {actions === undefined ? null : (
        <div className="mt-6 flex flex-wrap items-center justify-center gap-2">{actions}</div>
      )}
    </div>
  );
}
