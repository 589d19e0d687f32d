import type { QueuedOperation } from "@tidemark/sync-client";
import { formatAge } from "../../ui/time.ts";
import { describeOperation } from "./describe-operation.ts";
import { PanelSection } from "./panel-section.tsx";

/** Rows shown; a longer queue is summed up below them. */
const SHOWN = 30;

export function QueueList({
  operations,
  now,
}: {
  readonly operations: readonly QueuedOperation[];
  readonly now: number;
}) {
  if (operations.length === 0) return null;
  const rest = operations.length - SHOWN;
  return (
    <PanelSection title={`Waiting (${operations.length})`}>
      <ul className="space-y-2">
        {operations.slice(0, SHOWN).map((operation) => (
          <QueuedItem key={operation.id} operation={operation} now={now} />
        ))}
      </ul>
      {rest > 0 ? <p className="mt-2 text-xs text-muted">and {rest} more</p> : null}
    </PanelSection>
  );
}

function QueuedItem({ operation, now }: { readonly operation: QueuedOperation; readonly now: number }) {
  const { title, text } = describeOperation(operation);
  return (
    <li className="text-sm">
      <p className="flex justify-between gap-3 text-xs text-muted">
        <span>{operation.state === "settled" ? `${title}, accepted` : title}</span>
        <span className="shrink-0 tabular-nums">{formatAge(operation.at, now)}</span>
      </p>
      {text === undefined ? null : <p className="truncate">{text}</p>}
    </li>
  );
}
