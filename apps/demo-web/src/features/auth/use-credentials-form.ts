import { useState, type FormEvent } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { focusFirstInvalid } from "../../ui/focus-first-invalid.ts";
import { describeSignInError } from "./sign-in-errors.ts";

type Progress =
  | { readonly step: "editing" }
  | { readonly step: "sending" }
  | { readonly step: "failed"; readonly message: string };

export interface CredentialsForm {
  readonly isBusy: boolean;
  /** What the server answered, or that it did not. */
  readonly failure: string | undefined;
  /** Errors stand next to their boxes from the first try on, not while somebody types their first letters. */
  readonly showsErrors: boolean;
  readonly onSubmit: (event: FormEvent) => void;
  /** Forgets the failure of the last try. */
  readonly reset: () => void;
}

/** The way of a form that signs somebody in: check, send, say what went wrong. */
export function useCredentialsForm(deps: {
  readonly isValid: boolean;
  readonly send: () => Promise<void>;
  readonly onDone: (() => void) | undefined;
}): CredentialsForm {
  const texts = useTexts("auth");
  const [progress, setProgress] = useState<Progress>({ step: "editing" });
  const [showsErrors, setShowsErrors] = useState(false);

  async function submit(form: EventTarget & Element) {
    setShowsErrors(true);
    if (!deps.isValid) {
      focusFirstInvalid(form);
      return;
    }
    setProgress({ step: "sending" });
    try {
      await deps.send();
      deps.onDone?.();
    } catch (error) {
      setProgress({ step: "failed", message: describeSignInError(error, { isOnline: navigator.onLine, texts }) });
    }
  }

  return {
    isBusy: progress.step === "sending",
    failure: progress.step === "failed" ? progress.message : undefined,
    showsErrors,
    onSubmit(event) {
      event.preventDefault();
      if (progress.step !== "sending") void submit(event.currentTarget);
    },
    reset: () => setProgress({ step: "editing" }),
  };
}
