import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { CheckIcon } from "../../ui/icons.tsx";
import { Logo } from "../../ui/logo.tsx";
import { Page } from "../../ui/page.tsx";

export interface EntranceProps {
  readonly title: string;
  readonly intro: string;
  /** Which of the two forms this is, where both are offered. */
  readonly form: "sign-in" | "register";
  /** Where the person was going. */
  readonly next: string | undefined;
  readonly children: ReactNode;
}

/** What both doors look like: the form beside what is behind it; on a phone the form alone. */
export function Entrance({ title, intro, form, next, children }: EntranceProps) {
  const texts = useTexts("auth");
  const search = next === undefined ? {} : { next };
  return (
    // As tall as what is in it: the window scrolls, not one half of it beside a bar in the middle.
    <div className="grid shrink-0 grow lg:grid-cols-2">
      <Page title={title} className="flex flex-col items-center px-5 pt-[clamp(2rem,9dvh,7rem)] pb-8">
        <div className="w-full max-w-sm">
          <div className="mb-8 text-lg">
            <Logo />
          </div>
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="mt-1 mb-6 text-pretty text-muted">{intro}</p>
          <nav
            aria-label={texts.whichForm}
            className="mb-6 flex gap-0.5 rounded-md bg-sunken p-0.5 inset-ring inset-ring-line"
          >
            <FormLink to="/" search={search} isCurrent={form === "sign-in"} label={texts.signIn} />
            <FormLink to="/register" search={search} isCurrent={form === "register"} label={texts.registerTab} />
          </nav>
          {children}
        </div>
      </Page>
      <WhatItDoes />
    </div>
  );
}

function FormLink(props: {
  readonly to: "/" | "/register";
  readonly search: { readonly next?: string };
  readonly isCurrent: boolean;
  readonly label: string;
}) {
  const look = props.isCurrent ? "forced-chosen bg-raised text-ink shadow-card" : "text-muted hover:text-ink";
  return (
    <Link
      to={props.to}
      search={props.search}
      replace
      aria-current={props.isCurrent ? "page" : undefined}
      className={`flex h-[calc(var(--spacing-target)-4px)] flex-1 items-center justify-center rounded-sm text-sm font-medium transition-colors ${look}`}
    >
      {props.label}
    </Link>
  );
}

/** What Tidemark is, said once, beside the form. */
function WhatItDoes() {
  const texts = useTexts("auth");
  return (
    <aside className="hidden border-l border-line bg-accent-soft lg:block">
      {/* Stays in the window while a long form scrolls. */}
      <div className="sticky top-0 flex h-full max-h-dvh flex-col justify-center overflow-hidden px-16 xl:px-24">
        <p className="max-w-md text-2xl font-semibold text-balance">{texts.promiseTitle}</p>
        <ul className="mt-6 space-y-3">
          {[texts.promiseWrite, texts.promiseOrder, texts.promiseSee].map((promise) => (
            <li key={promise} className="flex items-center gap-3 text-lg">
              <CheckIcon className="shrink-0 text-accent" />
              {promise}
            </li>
          ))}
        </ul>
        <Waves />
      </div>
    </aside>
  );
}

/** The mark that high water left, and the water below it. */
function Waves() {
  const wave = "c60 0 60-18 120-18s60 18 120 18 60-18 120-18 60 18 120 18 60-18 120-18 60 18 120 18 60-18 120-18";
  return (
    <svg
      viewBox="0 0 720 200"
      preserveAspectRatio="xMinYMax slice"
      fill="none"
      strokeWidth="2.5"
      strokeLinecap="round"
      aria-hidden="true"
      className="absolute inset-x-0 bottom-0 h-48 w-full text-accent"
    >
      <path d="M0 40h720" stroke="currentColor" strokeDasharray="1 12" opacity="0.9" />
      <path d={`M0 96${wave}`} stroke="currentColor" opacity="0.55" />
      <path d={`M-60 132${wave}`} stroke="currentColor" opacity="0.35" />
      <path d={`M0 168${wave}`} stroke="currentColor" opacity="0.2" />
    </svg>
  );
}
