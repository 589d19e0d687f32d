import { useDeadLetters, useLive } from "@tidemark/sync-client/react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { DeadLetterItem } from "./dead-letter-item.tsx";
import { groupLetters } from "./group-letters.ts";
import { PanelSection } from "./panel-section.tsx";

/** What the server did not accept: kept until the person decides, each with what fell with it. */
export function DeadLetterList({ now }: { readonly now: number }) {
  const { items } = useDeadLetters();
  const verdicts = useLive("verdict", {});
  const texts = useTexts("sync");
  if (items.length === 0) return null;
  const late = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  return (
    <PanelSection title={texts.notAccepted} count={items.length} tone="danger">
      <ul className="space-y-3">
        {groupLetters(items).map(({ root, fallen }) => (
          <DeadLetterItem key={root.id} letter={root} fallen={fallen} verdict={late.get(root.id)} now={now} />
        ))}
      </ul>
    </PanelSection>
  );
}
