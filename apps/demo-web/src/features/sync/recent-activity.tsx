import type { SyncActivity } from "@tidemark/sync-client";
import { useSync } from "@tidemark/sync-client/react";
import { formatAge } from "../../ui/time.ts";
import { useObservable } from "../../ui/use-observable.ts";
import { PanelSection } from "./panel-section.tsx";

const SHOWN = 8;

/** The last exchanges that carried something or failed; a pull every two seconds that brings nothing is no news. */
export function RecentActivity({ now }: { readonly now: number }) {
  const { activity } = useSync();
  const all = useObservable(activity);
  const news = all.filter(({ outcome, operations, changes }) => outcome === "failed" || operations + changes > 0);
  return (
    <PanelSection title="Recent">
      {news.length === 0 ? (
        <p className="text-sm text-muted">Nothing sent or received since this page opened.</p>
      ) : null}
      <ul className="space-y-1.5">
        {news.slice(0, SHOWN).map((exchange) => (
          <li key={`${exchange.kind} ${exchange.at}`} className="flex justify-between gap-3 text-sm">
            <span className={`min-w-0 truncate ${exchange.outcome === "failed" ? "text-danger" : ""}`}>
              {describe(exchange)}
            </span>
            <span className="shrink-0 text-xs leading-5 text-muted tabular-nums">{formatAge(exchange.at, now)}</span>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}

function describe({ kind, outcome, operations, changes, message }: SyncActivity): string {
  const count = kind === "push" ? operations : changes;
  const what = count === 1 ? "1 change" : `${count} changes`;
  if (outcome === "ok") return kind === "push" ? `Sent ${what}` : `Received ${what}`;
  const failed = kind === "push" ? "Could not send" : "Could not check";
  return message === undefined ? failed : `${failed}: ${message}`;
}
