import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from "react";
import { controlClasses, Field, type FieldProps } from "./field.tsx";

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement>, FieldProps {
  readonly className?: string;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, isOptional, className, ...rest }: TextFieldProps) {
  return (
    <Field {...{ label, hint, error, isOptional, className }}>
      {(control) => (
        <input {...control} className={`h-11 text-ellipsis read-only:bg-sunken ${controlClasses}`} {...rest} />
      )}
    </Field>
  );
}

export interface TextAreaFieldProps extends TextareaHTMLAttributes<HTMLTextAreaElement>, FieldProps {
  readonly className?: string;
  readonly ref?: Ref<HTMLTextAreaElement>;
}

export function TextAreaField({ label, hint, error, isOptional, className, ...rest }: TextAreaFieldProps) {
  return (
    <Field {...{ label, hint, error, isOptional, className }}>
      {(control) => <textarea {...control} className={`block min-h-24 resize-y py-2.5 ${controlClasses}`} {...rest} />}
    </Field>
  );
}
