import type { ExchangeLog, SyncExchange } from "@tidemark/sync-client/inspect";
import { describeExchange } from "./describe-exchange.ts";
import { PanelSection } from "./panel-section.tsx";
import { useExchanges, useStatusView } from "./sync-tools.tsx";
import { Direction } from "./timeline.tsx";

const SHOWN = 40;

/** Every push and pull, exactly. */
export function ExchangeTable() {
  const { texts } = useStatusView();
  const exchanges = useExchanges().slice(0, SHOWN);
  const longestMs = Math.max(1, ...exchanges.map(({ durationMs }) => durationMs ?? 0));
  return (
    <PanelSection title={texts.wireTitle} hint={texts.wireHint}>
      {exchanges.length === 0 ? (
        <p className="text-sm text-muted">{texts.timelineEmpty}</p>
      ) : (
        <ol className="divide-y divide-line font-mono text-xs" data-exchanges>
          {exchanges.map((exchange) => (
            <ExchangeItem key={exchange.id} exchange={exchange} longestMs={longestMs} />
          ))}
        </ol>
      )}
    </PanelSection>
  );
}

function ExchangeItem({ exchange, longestMs }: { readonly exchange: SyncExchange; readonly longestMs: number }) {
  const view = useStatusView();
  const { kind, outcome, startedAt, durationMs, sentBytes, receivedBytes, times, by, error } = exchange;
  const { tone } = describeExchange(exchange, view.texts);
  return (
    <li
      className="flex gap-2 py-1.5"
      data-kind={kind}
      data-outcome={outcome}
      data-times={times}
      data-code={error?.code ?? undefined}
    >
      <Direction kind={kind} tone={tone} isUnderWay={outcome === "under-way"} />
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-2">
          <span className="truncate">
            {kind} {contentOf(exchange)}
            {times > 1 ? <span className="text-muted"> {view.texts.times(times)}</span> : null}
          </span>
          <time dateTime={startedAt} className="shrink-0 text-muted">
            {startedAt.slice(11, 23)}
          </time>
        </p>
        <p className="truncate text-muted" title={`${by}${error === null ? "" : `, ${error.message}`}`}>
          {outcomeOf(exchange)} · ↑{sentBytes} ↓{receivedBytes} B
        </p>
        <div className="mt-1 flex items-center gap-2">
          <span className="h-1 flex-1 rounded-full bg-hover">
            <span
              className="block h-1 rounded-full bg-accent"
              style={{ width: `${durationMs === null ? 0 : Math.max(1, (durationMs / longestMs) * 100)}%` }}
            />
          </span>
          <span className="w-16 text-right tabular-nums">
            {durationMs === null ? "…" : view.formats.milliseconds(durationMs)}
          </span>
        </div>
      </div>
    </li>
  );
}

/** `seq 4–9 chat.send` or `12 changes`. */
function contentOf({ kind, operations, changes, removedScopes }: SyncExchange): string {
  const [first, last] = [operations[0], operations.at(-1)];
  if (kind === "pull" || first === undefined || last === undefined) {
    return `${changes} rows${removedScopes > 0 ? `, −${removedScopes} scopes` : ""}`;
  }
  const names = [...new Set(operations.map(({ name }) => name))];
  return `seq ${first.seq === last.seq ? first.seq : `${first.seq}–${last.seq}`} ${names.join(" ")}`;
}

/** `ok: 3 applied, 1 rejected FORBIDDEN`, or how it failed. */
function outcomeOf({ outcome, operations, error }: SyncExchange): string {
  if (error !== null) return [outcome, error.httpStatus, error.code, error.requestId].filter(Boolean).join(" ");
  const verdicts = countVerdicts(operations);
  return verdicts === "" ? outcome : `${outcome}: ${verdicts}`;
}

function countVerdicts(operations: ExchangeLog[number]["operations"]): string {
  const counts = new Map<string, number>();
  for (const { verdict, isRepeated, code } of operations) {
    if (verdict === "none") continue;
    const words = [verdict, code, isRepeated ? "(repeated)" : null].filter(Boolean).join(" ");
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${count} ${words}`).join(", ");
}
