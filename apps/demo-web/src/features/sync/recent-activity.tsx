import { useSync } from "@tidemark/sync-client/react";
import { formatAge } from "../../ui/time.ts";
import { useObservable } from "../../ui/use-observable.ts";
import { describeActivity } from "./describe-activity.ts";
import { PanelSection } from "./panel-section.tsx";

const SHOWN = 8;

/** The last exchanges with the server that are worth knowing of. */
export function RecentActivity({ now }: { readonly now: number }) {
  const lines = describeActivity(useObservable(useSync().activity)).slice(0, SHOWN);
  return (
    <PanelSection title="Recent">
      {lines.length === 0 ? (
        <p className="text-sm text-muted">Nothing sent or received since this page opened.</p>
      ) : (
        <ul className="space-y-1.5">
          {lines.map(({ text, isFailure, at, count }) => (
            <li key={`${text} ${at}`} className="flex justify-between gap-3 text-sm">
              <span className={`min-w-0 ${isFailure ? "text-danger" : ""}`}>
                {text}
                {count > 1 ? <span className="text-muted"> × {count}</span> : null}
              </span>
              <span className="shrink-0 text-xs leading-5 text-muted tabular-nums">{formatAge(at, now)}</span>
            </li>
          ))}
        </ul>
      )}
    </PanelSection>
  );
}
