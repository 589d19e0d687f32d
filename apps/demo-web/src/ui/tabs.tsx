import { Tabs as Parts } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Shown beside the label where it is not 0. */
  readonly count?: number;
  readonly content: ReactNode;
}

export interface TabsProps<Value extends string> {
  /** Names the row of tabs. */
  readonly label: string;
  readonly tabs: readonly Tab<Value>[];
  readonly value: Value;
  readonly onValue: (value: Value) => void;
  readonly className?: string;
}

/** Views of one thing, one at a time. Arrow keys walk the row. */
export function Tabs<Value extends string>({ label, tabs, value, onValue, className = "" }: TabsProps<Value>) {
  return (
    <Parts.Root
      value={value}
      onValueChange={(next) => {
        const chosen = tabs.find((tab) => tab.value === next);
        if (chosen !== undefined) onValue(chosen.value);
      }}
      className={className}
    >
      <Parts.List
        aria-label={label}
        className="flex w-fit max-w-full gap-0.5 overflow-x-auto rounded-md bg-sunken p-0.5 inset-ring inset-ring-line"
      >
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.value}
            value={tab.value}
            className="inline-flex h-[calc(var(--spacing-target)-4px)] shrink-0 items-center gap-1.5 rounded-sm px-3 text-sm font-medium text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:forced-chosen data-[state=active]:bg-raised data-[state=active]:text-ink data-[state=active]:shadow-card"
          >
            {tab.label}
            {tab.count === undefined || tab.count === 0 ? null : (
              <span className="text-xs tabular-nums opacity-80">{tab.count}</span>
            )}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {tabs.map((tab) => (
        <Parts.Content key={tab.value} value={tab.value} className="mt-4 rounded-lg focus-visible:outline-offset-4">
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
