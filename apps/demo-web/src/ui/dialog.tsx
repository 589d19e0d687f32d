import { Dialog as Parts } from "radix-ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { IconButton } from "./icon-button.tsx";
import { CloseIcon } from "./icons.tsx";
import { focusPageHeading } from "./page-focus.ts";
import { useKeyboardInset } from "./use-keyboard-inset.ts";

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly title: string;
  /** One sentence below the title. */
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/**
 * A question that comes before everything else: the focus stays in it, Escape closes it, and what opened it has the focus
 * back afterwards; where that is gone, the page's heading. On a phone it stands at the bottom, within a thumb's reach, and on
 * the keyboard where that is open.
 */
export function Dialog({ isOpen, onOpenChange, title, description, children }: DialogProps) {
  const texts = useTexts("ui");
  const body = useRef<HTMLDivElement>(null);
  const opener = useOpener(isOpen);
  const keyboardInset = useKeyboardInset();
  useEffect(() => {
    // What is written in stays in sight when a keyboard takes its place.
    if (keyboardInset === 0) return;
    const { activeElement } = document;
    if (body.current?.contains(activeElement) === true) activeElement?.scrollIntoView({ block: "nearest" });
  }, [keyboardInset]);
  return (
    <Parts.Root open={isOpen} onOpenChange={onOpenChange}>
      <Parts.Portal>
        {/* Not Radix' overlay: it locks scrolling by a style element, which the content security policy refuses. The page
            itself never scrolls here. */}
        <div className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <div
          className="pointer-events-none fixed inset-0 z-40 flex items-end justify-center p-0 sm:items-center sm:p-6"
          style={{ bottom: keyboardInset }}
        >
          <Parts.Content
            onOpenAutoFocus={(event) => {
              // What the dialog is about, not the button that closes it.
              const first = body.current?.querySelector<HTMLElement>("input, textarea, select, button");
              if (first == null) return;
              event.preventDefault();
              first.focus();
            }}
            onCloseAutoFocus={(event) => {
              // Radix knows only a trigger of its own, and would leave the focus nowhere.
              event.preventDefault();
              if (opener?.isConnected === true) opener.focus();
              else if (document.activeElement === document.body) focusPageHeading();
            }}
            {...(description === undefined ? { "aria-describedby": undefined } : {})}
            className="pointer-events-auto flex max-h-[92%] w-full animate-rise flex-col overflow-y-auto rounded-t-xl border border-line bg-raised shadow-raised focus:outline-none sm:max-h-full sm:max-w-md sm:rounded-xl"
          >
            <header className="px-5 pt-5">
              <div className="flex items-start gap-3">
                <Parts.Title
                  dir="auto"
                  className="min-w-0 flex-1 text-left text-lg font-semibold [overflow-wrap:anywhere] text-balance"
                >
                  {title}
                </Parts.Title>
                <Parts.Close asChild>
                  {/* Takes no height: the description follows the title, at full width. */}
                  <IconButton label={texts.close} icon={<CloseIcon />} className="-mt-1.5 -mr-2 -mb-4" />
                </Parts.Close>
              </div>
              {description === undefined ? null : (
                <Parts.Description className="mt-1 text-sm text-pretty text-muted">{description}</Parts.Description>
              )}
            </header>
            <div ref={body} className="px-5 pt-4 pb-[max(1.25rem,env(safe-area-inset-bottom))]">
              {children}
            </div>
          </Parts.Content>
        </div>
      </Parts.Portal>
    </Parts.Root>
  );
}

/** What had the focus when the dialog opened. Read while rendering: a menu that closes at the same time takes it along. */
function useOpener(isOpen: boolean): HTMLElement | undefined {
  const [known, setKnown] = useState(() => ({ isOpen, opener: isOpen ? findOpener() : undefined }));
  if (known.isOpen !== isOpen) setKnown({ isOpen, opener: isOpen ? findOpener() : known.opener });
  return known.opener;
}

/** Of an item of a menu, the button behind which the menu is. */
function findOpener(): HTMLElement | undefined {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused === document.body) return undefined;
  const menuButton = focused.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return menuButton == null ? focused : (document.getElementById(menuButton) ?? undefined);
}

/** The buttons at a dialog's end: the one that does it last, where reading ends; on a phone it stands on top. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-6 flex flex-col-reverse gap-2 first:mt-1 sm:flex-row sm:justify-end">{children}</div>;
}
