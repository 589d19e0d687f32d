import { useOptionalTexts } from "../i18n/use-texts.tsx";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { AlertIcon } from "./icons.tsx";
import { CONTENT_ID } from "./page.tsx";
import { uiTexts as english } from "./ui-texts.en.ts";

/** When a page breaks: nothing that was written is lost, and loading anew is nearly always enough. */
export function CrashPage({ error }: { readonly error: unknown }) {
  // What broke may be the loading of the texts.
  const texts = useOptionalTexts("ui") ?? english;
  return (
    <main id={CONTENT_ID} tabIndex={-1} className="flex min-h-full flex-1 flex-col justify-center">
      <div role="alert">
        <EmptyState
          headingLevel={1}
          tone="danger"
          icon={<AlertIcon />}
          title={texts.crashTitle}
          actions={
            <Button look="primary" onClick={() => window.location.reload()}>
              {texts.crashAction}
            </Button>
          }
        >
          <p>{texts.crashText}</p>
          <details className="mt-4 text-sm">
            <summary className="cursor-pointer">{texts.crashDetails}</summary>
            <code className="mt-2 block rounded-md bg-sunken p-3 text-left text-xs [overflow-wrap:anywhere]">
              {error instanceof Error ? error.message : String(error)}
            </code>
          </details>
        </EmptyState>
      </div>
    </main>
  );
}
