import { useDeadLetters } from "@tidemark/sync-client/react";
import { DeadLetterItem } from "./dead-letter-item.tsx";
import { PanelSection } from "./panel-section.tsx";

/** What the server did not accept: kept until the person decides. */
export function DeadLetterList({ now }: { readonly now: number }) {
  const { items } = useDeadLetters();
  if (items.length === 0) return null;
  return (
    <PanelSection title={`Not accepted (${items.length})`}>
      <ul className="space-y-3">
        {items.map((letter) => (
          <DeadLetterItem key={letter.id} letter={letter} now={now} />
        ))}
      </ul>
    </PanelSection>
  );
}
