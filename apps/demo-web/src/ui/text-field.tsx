import { useId, type InputHTMLAttributes, type Ref } from "react";

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly ref?: Ref<HTMLInputElement>;
  /** What is wrong with the value; shown and announced with the box. */
  readonly error?: string | undefined;
}

export function TextField({ label, error, className = "", ...rest }: TextFieldProps) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={error === undefined ? undefined : errorId}
        className="h-11 w-full rounded-md border border-line-strong bg-surface px-3 text-base placeholder:text-muted focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger"
        {...rest}
      />
      {error === undefined ? null : (
        <p id={errorId} className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
