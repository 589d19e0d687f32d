import { useNavigate, useSearch } from "@tanstack/react-router";
import { use, useRef } from "react";
import type { DemoAccount, KnownAppConfig } from "../../app-config.ts";
import type { Texts } from "../../i18n/texts.en.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Entrance } from "./entrance.tsx";
import { SignInForm, type SignInFormHandle } from "./sign-in-form.tsx";
import { useAuth } from "./use-auth.tsx";

/** `/` for people who are signed out; after signing in it leads to where they were going. */
export function SignInPage({ config }: { readonly config: KnownAppConfig }) {
  const texts = useTexts("auth");
  const { state } = useAuth();
  const leftBehind = state.status === "signed-out" ? state.leftBehind : undefined;
  const { demoAccounts } = config.get() ?? use(config.loaded);
  const { next } = useSearch({ from: "/" });
  const navigate = useNavigate();
  const goOn = async () => {
    if (next !== undefined) await navigate({ to: next, replace: true });
  };
  const form = useRef<SignInFormHandle>(null);
  return (
    <Entrance title={texts.signInTitle} intro={texts.signInIntro} form="sign-in" next={next}>
      {leftBehind === undefined ? null : (
        <div className="mb-4">
          <Notice tone="info">{texts.leftBehind(leftBehind.email, leftBehind.operations)}</Notice>
        </div>
      )}
      <SignInForm ref={form} onSignedIn={() => void goOn()} />
      {demoAccounts.length === 0 ? null : (
        <DemoAccounts accounts={demoAccounts} onChoose={(account) => form.current?.fill(account)} />
      )}
    </Entrance>
  );
}

function DemoAccounts(props: {
  readonly accounts: readonly DemoAccount[];
  readonly onChoose: (account: DemoAccount) => void;
}) {
  const texts = useTexts("auth");
  return (
    <section aria-label={texts.demoAccounts} className="mt-8 border-t border-line pt-6">
      <h2 className="text-sm font-medium">{texts.demoSchool}</h2>
      <p className="mb-3 text-sm text-muted">{texts.demoIntro}</p>
      <div className="grid grid-cols-2 gap-2">
        {props.accounts.map((account) => (
          <button
            key={account.email}
            type="button"
            onClick={() => props.onChoose(account)}
            className="flex min-w-0 items-center gap-2.5 rounded-md border border-line bg-surface px-2.5 py-2 text-left shadow-card transition-colors hover:bg-hover"
          >
            <Avatar name={account.email} size="small" />
            <span className="min-w-0">
              <span className="block truncate text-sm font-medium">{nameOf(account.email)}</span>
              <span className="block text-xs text-pretty text-muted">{noteOn(account, texts)}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}

const nameOf = (email: string): string => email.split("@")[0] ?? email;

/** Texts for the accounts of the school that a demo is seeded with. */
const usualNotes = {
  tutor: "demoTutor",
  student: "demoStudent",
  student2: "demoViewer",
  outsider: "demoOutsider",
} as const;

/** What the account is for, in the person's language; of one that is none of the usual, what the server says. */
function noteOn({ email, note }: DemoAccount, texts: Texts["auth"]): string {
  const name = nameOf(email);
  return isUsual(name) ? texts[usualNotes[name]] : note;
}

const isUsual = (name: string): name is keyof typeof usualNotes => Object.hasOwn(usualNotes, name);
