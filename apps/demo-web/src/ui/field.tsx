import { useId, type ReactNode } from "react";

export interface FieldProps {
  readonly label: string;
  /** What helps to fill it in; read out with the box. */
  readonly hint?: ReactNode;
  /** What is wrong with the value and what to do; shown and announced with the box. */
  readonly error?: string | undefined;
  readonly isOptional?: string | undefined;
  readonly className?: string | undefined;
}

/** What the control of a field is given, so that label, hint and error belong to it. */
export interface FieldControl {
  readonly id: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

export const controlClasses =
  "w-full rounded-md border border-line-strong bg-surface px-3 text-base shadow-card transition-colors placeholder:text-muted focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger aria-invalid:outline-danger disabled:cursor-not-allowed disabled:opacity-55";

/** Label above, hint or error below a control. */
export function Field(props: FieldProps & { readonly children: (control: FieldControl) => ReactNode }) {
  const { label, hint, error, isOptional, className = "", children } = props;
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 flex items-baseline justify-between text-sm font-medium">
        {label}
        {isOptional === undefined ? null : <span className="text-xs font-normal text-muted">{isOptional}</span>}
      </label>
      {children({
        id,
        "aria-invalid": error === undefined ? undefined : true,
        "aria-describedby": note === undefined ? undefined : noteId,
      })}
      {note === undefined ? null : (
        <p id={noteId} className={`mt-1.5 text-sm text-pretty ${error === undefined ? "text-muted" : "text-danger"}`}>
          {note}
        </p>
      )}
    </div>
  );
}
