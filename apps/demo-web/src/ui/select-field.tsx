import type { Ref, SelectHTMLAttributes } from "react";
import { controlClasses, Field, type FieldProps } from "./field.tsx";
import { ChevronDownIcon } from "./icons.tsx";

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectFieldProps<Value extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "value" | "onChange">, FieldProps {
  readonly className?: string;
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onValue: (value: Value) => void;
  readonly ref?: Ref<HTMLSelectElement>;
}

/** The browser's own list: on a phone nothing is better. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, hint, error, isOptional, className, options, onValue, ...rest } = props;
  return (
    <Field {...{ label, hint, error, isOptional, className }}>
      {(control) => (
        <div className="relative">
          <select
            {...control}
            className={`h-11 appearance-none pr-10 ${controlClasses}`}
            onChange={(event) => {
              const chosen = options.find(({ value }) => value === event.target.value);
              if (chosen !== undefined) onValue(chosen.value);
            }}
            {...rest}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDownIcon className="pointer-events-none absolute inset-y-0 right-3 my-auto text-muted" />
        </div>
      )}
    </Field>
  );
}
