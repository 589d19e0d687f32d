import { MIN_PASSWORD_LENGTH } from "@tidemark/api/contracts";
import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { Notice } from "../../ui/notice.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useAuth } from "./use-auth.tsx";
import { useCredentialsForm } from "./use-credentials-form.ts";

/** Something before and after the @; whether the address is good, the server says. */
const ADDRESS = /^\S+@\S+\.\S+$/u;

export function RegisterForm({ onRegistered }: { readonly onRegistered: () => void }) {
  const texts = useTexts("auth");
  const { auth } = useAuth();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const focusName = useFocusOnMount(true);
  const errors = {
    name: name.trim() === "" ? texts.enterName : undefined,
    email: ADDRESS.test(email.trim()) ? undefined : texts.enterFullEmail,
    password:
      password.length < MIN_PASSWORD_LENGTH ? texts.passwordTooShort(MIN_PASSWORD_LENGTH - password.length) : undefined,
  };
  const form = useCredentialsForm({
    isValid: Object.values(errors).every((error) => error === undefined),
    send: () => auth.register({ name: name.trim(), email: email.trim(), password }),
    onDone: onRegistered,
  });
  const shown = form.showsErrors ? errors : { name: undefined, email: undefined, password: undefined };
  return (
    <form noValidate onSubmit={form.onSubmit} className="space-y-4">
      {form.failure === undefined ? null : <Notice tone="danger">{form.failure}</Notice>}
      <TextField
        label={texts.name}
        name="name"
        autoComplete="name"
        maxLength={100}
        ref={focusName}
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint={texts.nameHint}
        error={shown.name}
      />
      <TextField
        label={texts.email}
        type="email"
        name="email"
        autoComplete="username"
        inputMode="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={shown.email}
      />
      <PasswordField
        label={texts.password}
        name="password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        hint={texts.passwordHint(MIN_PASSWORD_LENGTH)}
        error={shown.password}
      />
      <Button type="submit" look="primary" size="large" className="w-full" isBusy={form.isBusy}>
        {texts.register}
      </Button>
    </form>
  );
}
