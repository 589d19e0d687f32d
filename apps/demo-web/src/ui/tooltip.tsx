import { Tooltip as Parts } from "radix-ui";
import type { ReactElement } from "react";

export interface TooltipProps {
  readonly text: string;
  /** One element that takes the focus; the tooltip shows when it is pointed at or focused. */
  readonly children: ReactElement;
}

/** A word about a control. Never the only place where something is said: fingers have no tooltips. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <Parts.Provider delayDuration={400}>
      <Parts.Root>
        <Parts.Trigger asChild>{children}</Parts.Trigger>
        <Parts.Portal>
          <Parts.Content
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-64 animate-appear rounded-sm bg-ink px-2 py-1 text-xs text-canvas shadow-raised"
          >
            {text}
          </Parts.Content>
        </Parts.Portal>
      </Parts.Root>
    </Parts.Provider>
  );
}
