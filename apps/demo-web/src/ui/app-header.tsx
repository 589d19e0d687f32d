import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { Logo } from "./logo.tsx";
import { CONTENT_ID } from "./page.tsx";

/** The bar at the top of every page; `children` are its buttons, always visible. */
export function AppHeader({ children }: { readonly children: ReactNode }) {
  const texts = useTexts("ui");
  return (
    <header className="relative flex h-14 shrink-0 items-center justify-between gap-2 border-b border-line bg-surface px-3 sm:px-4">
      <a
        href={`#${CONTENT_ID}`}
        onClick={(event) => {
          // The address names the page; the fragment would stay in it.
          event.preventDefault();
          document.getElementById(CONTENT_ID)?.focus();
        }}
        className="absolute top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-4 py-2 text-sm font-medium text-canvas focus:translate-y-0"
      >
        {texts.skipToContent}
      </a>
      <Link
        to="/"
        className="-mx-1 inline-flex h-target min-w-target items-center rounded-md px-1 text-ink"
        aria-label={texts.home}
      >
        <Logo />
      </Link>
      <div className="flex shrink-0 items-center gap-1 sm:gap-2">{children}</div>
    </header>
  );
}
