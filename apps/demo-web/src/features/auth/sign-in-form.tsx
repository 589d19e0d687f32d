import { useImperativeHandle, useRef, useState, type FormEvent, type Ref } from "react";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { Notice } from "../../ui/notice.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { describeSignInError } from "./sign-in-errors.ts";
import { useAuth } from "./use-auth.tsx";

export interface SignInFormHandle {
  /** Fills both boxes and puts the focus on the button. */
  fill(credentials: { readonly email: string; readonly password: string }): void;
}

export interface SignInFormProps {
  readonly ref?: Ref<SignInFormHandle>;
  /** Fixes the account, for a person whose session has ended. */
  readonly email?: string;
  readonly onSignedIn?: () => void;
}

type Progress =
  | { readonly step: "editing" }
  | { readonly step: "signing-in" }
  | { readonly step: "failed"; readonly message: string };

export function SignInForm({ ref, email: knownEmail = "", onSignedIn }: SignInFormProps) {
  const { auth } = useAuth();
  const [email, setEmail] = useState(knownEmail);
  const [password, setPassword] = useState("");
  const [progress, setProgress] = useState<Progress>({ step: "editing" });
  const [showsMissing, setShowsMissing] = useState(false);
  const focusEmail = useFocusOnMount(knownEmail === "");
  const submitButton = useRef<HTMLDivElement>(null);

  useImperativeHandle(ref, () => ({
    fill(credentials) {
      setEmail(credentials.email);
      setPassword(credentials.password);
      setProgress({ step: "editing" });
      submitButton.current?.querySelector("button")?.focus();
    },
  }));

  async function submit(event: FormEvent) {
    event.preventDefault();
    setShowsMissing(true);
    if (email.trim() === "" || password === "") return;
    setProgress({ step: "signing-in" });
    try {
      await auth.signIn(email, password);
      onSignedIn?.();
    } catch (error) {
      setProgress({ step: "failed", message: describeSignInError(error, navigator.onLine) });
    }
  }

  const isBusy = progress.step === "signing-in";
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
      {progress.step === "failed" ? <Notice tone="danger">{progress.message}</Notice> : null}
      <TextField
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        inputMode="email"
        readOnly={knownEmail !== ""}
        ref={focusEmail}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={showsMissing && email.trim() === "" ? "Enter your email address." : undefined}
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={showsMissing && password === "" ? "Enter your password." : undefined}
      />
      <div ref={submitButton}>
        <Button type="submit" look="primary" size="large" className="w-full" disabled={isBusy} aria-busy={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </Button>
      </div>
    </form>
  );
}
