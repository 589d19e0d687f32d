import type { SyncExchange } from "@tidemark/sync-client/inspect";
import { Spinner } from "../../ui/spinner.tsx";
import { describeExchange, isNews, type ExchangeTone } from "./describe-exchange.ts";
import { PanelSection } from "./panel-section.tsx";
import { useExchanges, useStatusView } from "./sync-tools.tsx";

const SHOWN = 8;

/** The last pushes and pulls that are worth knowing of, of whichever tab. */
export function Timeline({ now }: { readonly now: number }) {
  const { texts } = useStatusView();
  const lines = useExchanges().filter(isNews).slice(0, SHOWN);
  return (
    <PanelSection title={texts.timelineTitle}>
      {lines.length === 0 ? (
        <p className="text-sm text-muted">{texts.timelineEmpty}</p>
      ) : (
        <ol className="space-y-2">
          {lines.map((exchange) => (
            <TimelineItem key={exchange.id} exchange={exchange} now={now} />
          ))}
        </ol>
      )}
    </PanelSection>
  );
}

function TimelineItem({ exchange, now }: { readonly exchange: SyncExchange; readonly now: number }) {
  const view = useStatusView();
  const { kind, outcome, times, startedAt, durationMs } = exchange;
  const { text, tone } = describeExchange(exchange, view.texts);
  return (
    <li className="flex gap-2.5 text-sm" data-kind={kind} data-outcome={outcome}>
      <Direction kind={kind} tone={tone} isUnderWay={outcome === "under-way"} />
      <p className="min-w-0 flex-1 text-pretty">
        {text}
        {times > 1 ? <span className="text-muted"> {view.texts.times(times)}</span> : null}
      </p>
      <p className="flex shrink-0 gap-1.5 whitespace-nowrap text-muted tabular-nums">
        {durationMs === null || outcome !== "ok" ? null : (
          <>
            <span>{view.formats.milliseconds(durationMs)}</span>
            <span aria-hidden="true">·</span>
          </>
        )}
        <time dateTime={startedAt} title={view.formats.exactTime(startedAt)}>
          {view.formats.age(startedAt, now)}
        </time>
      </p>
    </li>
  );
}

const tones: Readonly<Record<ExchangeTone, string>> = {
  neutral: "text-muted bg-hover",
  good: "text-success bg-success-soft",
  warning: "text-warning bg-warning-soft",
  bad: "text-danger bg-danger-soft",
};

interface DirectionProps {
  readonly kind: SyncExchange["kind"];
  readonly tone: ExchangeTone;
  readonly isUnderWay: boolean;
}

/** An arrow up for what was sent, down for what was fetched. */
export function Direction({ kind, tone, isUnderWay }: DirectionProps) {
  return (
    <span className={`mt-px flex size-4.5 shrink-0 items-center justify-center rounded-full ${tones[tone]}`}>
      {isUnderWay ? (
        <Spinner className="size-3.5" />
      ) : (
        <svg
          viewBox="0 0 12 12"
          width="12"
          height="12"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          aria-hidden="true"
        >
          <path
            d={kind === "push" ? "M6 10V2M3 5l3-3 3 3" : "M6 2v8M3 7l3 3 3-3"}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      )}
    </span>
  );
}
