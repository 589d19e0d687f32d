import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { Notice } from "../../ui/notice.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useAuth } from "./use-auth.tsx";
import { useCredentialsForm } from "./use-credentials-form.ts";

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

export function SignInForm({ ref, email: knownEmail = "", onSignedIn }: SignInFormProps) {
  const texts = useTexts("auth");
  const { auth } = useAuth();
  const [email, setEmail] = useState(knownEmail);
  const [password, setPassword] = useState("");
  const focusEmail = useFocusOnMount(knownEmail === "");
  const focusPassword = useFocusOnMount(knownEmail !== "");
  const submitButton = useRef<HTMLButtonElement>(null);
  const form = useCredentialsForm({
    isValid: email.trim() !== "" && password !== "",
    send: () => auth.signIn(email, password),
    onDone: onSignedIn,
  });

  useImperativeHandle(ref, () => ({
    fill(credentials) {
      setEmail(credentials.email);
      setPassword(credentials.password);
      form.reset();
      submitButton.current?.focus();
    },
  }));

  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-4">
      {form.failure === undefined ? null : <Notice tone="danger">{form.failure}</Notice>}
      <TextField
        label={texts.email}
        type="email"
        name="email"
        autoComplete="username"
        inputMode="email"
        readOnly={knownEmail !== ""}
        ref={focusEmail}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.showsErrors && email.trim() === "" ? texts.enterEmail : undefined}
      />
      <PasswordField
        label={texts.password}
        name="password"
        autoComplete="current-password"
        ref={focusPassword}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={form.showsErrors && password === "" ? texts.enterPassword : undefined}
      />
      <Button ref={submitButton} type="submit" look="primary" size="large" className="w-full" isBusy={form.isBusy}>
        {texts.signIn}
      </Button>
    </form>
  );
}
