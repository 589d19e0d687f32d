import type { QueuedOperation } from "@tidemark/sync-client";
import { useOutbox } from "@tidemark/sync-client/react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { CheckIcon, ClockIcon } from "../../ui/icons.tsx";
import { describeOperation } from "./describe-operation.ts";
import { describeWaits, waitText, type Wait } from "./describe-waiting.ts";
import { PanelSection } from "./panel-section.tsx";
import { useExchanges, useStatusView } from "./sync-tools.tsx";

/** Rows shown at first, so that what stands below a long queue stays in reach; and at most. */
const FEW = 4;
const MANY = 100;

/** What is not on the server yet, oldest first, each with its age and what it waits for. */
export function QueueList({ now }: { readonly now: number }) {
  const operations = useOutbox();
  const exchanges = useExchanges();
  const { texts, status } = useStatusView();
  const [isWhole, setIsWhole] = useState(false);
  if (operations.length === 0) return null;
  const shown = operations.slice(0, isWhole ? MANY : FEW);
  const waits = describeWaits(shown, { exchanges, reason: status.reason });
  const rest = operations.length - shown.length;
  return (
    <PanelSection title={texts.waitingTitle} count={operations.length}>
      <ol className="space-y-2.5">
        {shown.map((operation, index) => (
          <QueuedItem key={operation.id} operation={operation} wait={waits[index] ?? { kind: "turn" }} now={now} />
        ))}
      </ol>
      {operations.length > FEW ? (
        <Button
          size="small"
          look="quiet"
          className="mt-1 ml-4"
          aria-expanded={isWhole}
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? texts.showFewer : texts.more(rest)}
        </Button>
      ) : null}
      {isWhole && rest > 0 ? <p className="pl-7 text-sm text-muted">{texts.more(rest)}</p> : null}
    </PanelSection>
  );
}

interface QueuedItemProps {
  readonly operation: QueuedOperation;
  readonly wait: Wait;
  readonly now: number;
}

function QueuedItem({ operation, wait, now }: QueuedItemProps) {
  const view = useStatusView();
  const { title, text } = describeOperation(operation, view.texts);
  return (
    <li className="flex gap-2.5 text-sm" data-wait={wait.kind}>
      <span className="mt-px flex size-4.5 shrink-0 items-center justify-center">
        <WaitIcon kind={wait.kind} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{text ?? title}</p>
        <p className="flex gap-1.5 text-muted">
          <span className="truncate">{waitText(wait, view)}</span>
          <span aria-hidden="true">·</span>
          <time
            dateTime={operation.at}
            title={view.formats.exactTime(operation.at)}
            className="shrink-0 whitespace-nowrap tabular-nums"
          >
            {view.formats.age(operation.at, now)}
          </time>
        </p>
      </div>
    </li>
  );
}

function WaitIcon({ kind }: { readonly kind: Wait["kind"] }) {
  if (kind === "in-flight") return <Spinner className="size-3.5 text-accent" />;
  if (kind === "confirming") return <CheckIcon className="text-success" />;
  return <ClockIcon className={kind === "retry" ? "text-warning" : "text-muted"} />;
}
