import { DropdownMenu as Parts } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { CheckIcon } from "./icons.tsx";

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  /** `MenuItem`, `MenuSeparator`, `MenuChoices`. */
  readonly children: ReactNode;
  readonly align?: "start" | "end";
}

/** Actions behind a button: arrows walk them, letters jump to them, Escape gives the focus back to the button. */
export function Menu({ trigger, children, align = "end" }: MenuProps) {
  return (
    // Not modal: that locks scrolling by a style element, which the content security policy refuses.
    <Parts.Root modal={false}>
      <Parts.Trigger asChild>{trigger}</Parts.Trigger>
      {/* Not in a portal: there it would stand outside of every landmark. Fixed, it is cut off by none of its parents. */}
      <Parts.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-w-[min(20rem,100vw-1rem)] min-w-48 animate-appear rounded-lg border border-line bg-raised p-1 shadow-raised"
      >
        {children}
      </Parts.Content>
    </Parts.Root>
  );
}

const item =
  "flex min-h-target cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm select-none outline-none data-disabled:cursor-not-allowed data-disabled:opacity-55 data-highlighted:bg-hover";

export interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly tone?: "neutral" | "danger";
  readonly isDisabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, tone = "neutral", isDisabled = false, onSelect, children }: MenuItemProps) {
  const colours = tone === "danger" ? "text-danger data-highlighted:bg-danger-soft" : "";
  return (
    <Parts.Item disabled={isDisabled} onSelect={onSelect} className={`${item} ${colours}`}>
      {icon === undefined ? null : <span className="opacity-80">{icon}</span>}
      {children}
    </Parts.Item>
  );
}

export const MenuSeparator = () => <Parts.Separator className="mx-1 my-1 h-px bg-line" />;

export interface MenuChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** What choosing it means. */
  readonly hint?: string;
}

export interface MenuChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly MenuChoice<Value>[];
  readonly onValue: (value: Value) => void;
}

/** One of several, such as a person's role. */
export function MenuChoices<Value extends string>({ label, value, choices, onValue }: MenuChoicesProps<Value>) {
  return (
    <Parts.RadioGroup
      value={value}
      onValueChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen !== undefined && chosen.value !== value) onValue(chosen.value);
      }}
    >
      <Parts.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">{label}</Parts.Label>
      {choices.map((choice) => (
        <Parts.RadioItem key={choice.value} value={choice.value} className={`${item} relative pl-9.5`}>
          <Parts.ItemIndicator className="absolute left-2.5 text-accent">
            <CheckIcon />
          </Parts.ItemIndicator>
          <span>
            <span className="block font-medium">{choice.label}</span>
            {choice.hint === undefined ? null : <span className="block text-xs text-muted">{choice.hint}</span>}
          </span>
        </Parts.RadioItem>
      ))}
    </Parts.RadioGroup>
  );
}
