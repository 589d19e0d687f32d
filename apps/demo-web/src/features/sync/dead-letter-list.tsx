import { useDeadLetters } from "@tidemark/sync-client/react";
import { DeadLetterItem } from "./dead-letter-item.tsx";
import { groupLetters } from "./group-letters.ts";
import { PanelSection } from "./panel-section.tsx";

/** What the server did not accept: kept until the person decides, each with what fell with it. */
export function DeadLetterList({ now }: { readonly now: number }) {
  const { items } = useDeadLetters();
  if (items.length === 0) return null;
  return (
    <PanelSection title={`Not accepted (${items.length})`}>
      <ul className="space-y-3">
        {groupLetters(items).map(({ root, fallen }) => (
          <DeadLetterItem key={root.id} letter={root} fallen={fallen} now={now} />
        ))}
      </ul>
    </PanelSection>
  );
}
