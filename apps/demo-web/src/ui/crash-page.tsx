import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { AlertIcon } from "./icons.tsx";

/** When a page breaks: nothing that was written is lost, and loading anew is nearly always enough. */
export function CrashPage({ error }: { readonly error: unknown }) {
  return (
    <main role="alert" className="flex flex-1 flex-col justify-center">
      <EmptyState
        headingLevel={1}
        icon={<AlertIcon />}
        title="This page has stopped working"
        actions={
          <Button look="primary" onClick={() => window.location.reload()}>
            Load the page anew
          </Button>
        }
      >
        <p>What you wrote is safe on this device: drafts and unsent messages are still there.</p>
        <details className="mt-4 text-sm">
          <summary className="cursor-pointer">What happened</summary>
          <code className="mt-2 block text-left text-xs [overflow-wrap:anywhere]">
            {error instanceof Error ? error.message : String(error)}
          </code>
        </details>
      </EmptyState>
    </main>
  );
}
