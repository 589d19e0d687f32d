import { useLive, useSync } from "@tidemark/sync-client/react";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useAuth } from "../auth/use-auth.tsx";
import { fieldName, takeBack, valueText, type ConflictRow } from "./describe-conflict.ts";
import { NEWEST_CONFLICTS } from "./newest-conflicts.ts";
import { PanelSection } from "./panel-section.tsx";
import { toNextDecision } from "./next-decision.ts";
import { useDecision } from "./use-decision.ts";

/** What this person wrote and somebody else's change took the place of, until they have seen it. */
export function ConflictList({ now }: { readonly now: number }) {
  const conflicts = useLive("conflict", NEWEST_CONFLICTS);
  const texts = useTexts("sync");
  if (conflicts.length === 0) return null;
  return (
    <PanelSection title={texts.overwrittenTitle} count={conflicts.length} tone="warning" hint={texts.overwrittenHint}>
      <ul className="space-y-3">
        {conflicts.map((conflict) => (
          <ConflictItem key={conflict.id} conflict={conflict} now={now} />
        ))}
      </ul>
    </PanelSection>
  );
}

function ConflictItem({ conflict, now }: { readonly conflict: ConflictRow; readonly now: number }) {
  const sync = useSync();
  const texts = useTexts("sync");
  const formats = useFormats();
  const { problem, decide } = useDecision();
  const winner = useWinner(conflict);
  const current = useCurrent(conflict);
  const { id, field, lost, at } = conflict;
  const mine = takeBack(conflict);
  return (
    <li
      ref={toNextDecision}
      data-decision=""
      className="rounded-lg border border-warning/30 bg-warning-soft/40 p-3 text-sm"
    >
      <p className="flex justify-between gap-3 text-xs text-muted">
        <span>{texts.overwrittenBy(winner, fieldName(field, texts))}</span>
        <time dateTime={at} title={formats.exactTime(at)} className="shrink-0">
          {formats.age(at, now)}
        </time>
      </p>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        <dt className="text-muted">{texts.yours}</dt>
        <dd className="line-clamp-4 font-medium [overflow-wrap:anywhere]">
          {valueText({ field, value: lost }, formats)}
        </dd>
        <dt className="text-muted">{texts.now}</dt>
        <dd className="line-clamp-4 [overflow-wrap:anywhere]">
          {current === undefined ? texts.goneSince : valueText({ field, value: current.value }, formats)}
        </dd>
      </dl>
      {problem === undefined ? null : (
        <p role="alert" className="mt-1 text-danger">
          {problem}
        </p>
      )}
      <div className="mt-2.5 flex flex-wrap gap-1.5">
        {mine === undefined || current === undefined ? null : (
          <Button size="small" onClick={() => void decide(mine(sync))}>
            {texts.useMine}
          </Button>
        )}
        <Button size="small" look="quiet" onClick={() => void decide(sync.mutate.conflict.dismiss({ id }))}>
          {texts.dismiss}
        </Button>
      </div>
    </li>
  );
}

/** Who gave the field its value; somebody who has left the lesson has no name here any more. */
function useWinner({ by }: ConflictRow): string {
  const { state } = useAuth();
  const people = useLive("participant", {});
  const texts = useTexts("sync");
  if (state.status !== "signed-out" && state.user.id === by) return texts.you;
  return people.find(({ userId }) => userId === by)?.name ?? texts.somebody;
}

/** The field as it stands now; `undefined` where what it belonged to is gone. */
function useCurrent({ entity, entityId, field }: ConflictRow): { readonly value: unknown } | undefined {
  const [lesson] = useLive("lesson", { equals: [entityId] });
  const [message] = useLive("chatMessage", { equals: [entityId] });
  const row: Readonly<Record<string, unknown>> | undefined = entity === "lesson" ? lesson : message;
  return row === undefined ? undefined : { value: row[field] };
}
