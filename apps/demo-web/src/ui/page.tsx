import type { ReactNode } from "react";
import { useAwaitedFocus } from "./page-focus.ts";
import { usePageTitle } from "./page-title.ts";

/** Where the skip link leads. */
export const CONTENT_ID = "content";

export interface PageProps {
  /** Names the browser tab, and with it the page for screen readers. */
  readonly title: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A page's main part: it scrolls by itself, and takes the focus from the skip link. */
export function Page({ title, className = "", children }: PageProps) {
  usePageTitle(title);
  useAwaitedFocus();
  return (
    <main
      id={CONTENT_ID}
      tabIndex={-1}
      className={`min-h-0 min-w-0 flex-1 overflow-y-auto sm:[scrollbar-gutter:stable] ${className}`}
    >
      {children}
    </main>
  );
}
