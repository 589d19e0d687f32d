import { useNavigate, useSearch } from "@tanstack/react-router";
import { use, useRef } from "react";
import type { AppConfig, DemoAccount } from "../../app-config.ts";
import { Logo } from "../../ui/logo.tsx";
import { Notice } from "../../ui/notice.tsx";
import { usePageTitle } from "../../ui/page-title.ts";
import { useAuth } from "./use-auth.tsx";
import type { LeftBehind } from "./auth-session.ts";
import { SignInForm, type SignInFormHandle } from "./sign-in-form.tsx";

/** `/` for people who are signed out; after signing in it leads to where they were going. */
export function SignInPage({ config }: { readonly config: Promise<AppConfig> }) {
  usePageTitle("Sign in");
  const { state } = useAuth();
  const leftBehind = state.status === "signed-out" ? state.leftBehind : undefined;
  const { demoAccounts } = use(config);
  const { next } = useSearch({ from: "/" });
  const navigate = useNavigate();
  const goOn = async () => {
    if (next !== undefined) await navigate({ to: next, replace: true });
  };
  const form = useRef<SignInFormHandle>(null);
  return (
    <div className="flex min-h-full flex-col items-center justify-center px-4 py-10">
      <main className="w-full max-w-sm">
        <div className="mb-8 text-lg">
          <Logo />
        </div>
        <h1 className="text-xl font-semibold tracking-tight">Sign in to your lessons</h1>
        <p className="mt-1 mb-6 text-balance text-muted">They open on this device without a connection, too.</p>
        {leftBehind === undefined ? null : <LeftBehindNote {...leftBehind} />}
        <SignInForm ref={form} onSignedIn={() => void goOn()} />
        {demoAccounts.length === 0 ? null : (
          <DemoAccounts accounts={demoAccounts} onChoose={(account) => form.current?.fill(account)} />
        )}
      </main>
    </div>
  );
}

function LeftBehindNote({ email, operations }: LeftBehind) {
  const what = operations === 1 ? `One change of ${email} stays` : `${operations} changes of ${email} stay`;
  return (
    <div className="mb-4">
      <Notice tone="info">{what} on this device until that account signs in here again.</Notice>
    </div>
  );
}

function DemoAccounts(props: {
  readonly accounts: readonly DemoAccount[];
  readonly onChoose: (account: DemoAccount) => void;
}) {
  return (
    <section aria-label="Demo accounts" className="mt-8 border-t border-line pt-6">
      <h2 className="text-sm font-medium">Demo school</h2>
      <p className="mb-3 text-sm text-muted">Choose who you are; the form is filled in for you.</p>
      <div className="grid grid-cols-2 gap-2">
        {props.accounts.map((account) => (
          <button
            key={account.email}
            type="button"
            onClick={() => props.onChoose(account)}
            className="min-w-0 rounded-md border border-line bg-surface px-3 py-2 text-left transition-colors hover:bg-hover"
          >
            <span className="block truncate text-sm font-medium">{account.email.split("@")[0]}</span>
            <span className="block truncate text-xs text-muted">{account.note}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
