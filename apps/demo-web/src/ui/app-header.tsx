import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";

/** The bar at the top of every page; `children` are its buttons, always visible. */
export function AppHeader({ children }: { readonly children: ReactNode }) {
  return (
    <header className="flex h-14 shrink-0 items-center justify-between gap-2 border-b border-line bg-surface px-4">
      <Link
        to="/"
        className="-mx-2 inline-flex h-target items-center rounded-md px-2"
        aria-label="Tidemark, all lessons"
      >
        <Logo />
      </Link>
      <div className="flex items-center gap-2">{children}</div>
    </header>
  );
}
