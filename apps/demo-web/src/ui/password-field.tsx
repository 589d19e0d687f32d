import { useState } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { controlClasses, Field } from "./field.tsx";
import { EyeIcon, EyeOffIcon } from "./icons.tsx";
import type { TextFieldProps } from "./text-field.tsx";

/** A password that its writer can look at: typing one blind on a phone fails more often than anybody peeks. */
export function PasswordField({ label, hint, error, className, ...rest }: Omit<TextFieldProps, "type" | "isOptional">) {
  const texts = useTexts("ui");
  const [isShown, setIsShown] = useState(false);
  const name = isShown ? texts.hidePassword : texts.showPassword;
  return (
    <Field {...{ label, hint, error, className }}>
      {(control) => (
        <div className="relative">
          <input
            {...control}
            type={isShown ? "text" : "password"}
            autoCapitalize="off"
            spellCheck={false}
            className={`h-11 pr-12 ${controlClasses}`}
            {...rest}
          />
          <button
            type="button"
            // Not `aria-label`: it would be a second thing that is named Password.
            title={name}
            onClick={() => setIsShown(!isShown)}
            className="absolute inset-y-0 right-0 inline-flex w-11 items-center justify-center rounded-md text-muted hover:text-ink"
          >
            {isShown ? <EyeOffIcon /> : <EyeIcon />}
          </button>
        </div>
      )}
    </Field>
  );
}
