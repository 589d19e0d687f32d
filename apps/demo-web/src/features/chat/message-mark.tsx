import { useDeadLetters } from "@tidemark/sync-client/react";
import { useEffect, useState } from "react";
import { systemClock } from "../../clock.ts";
import { useTexts } from "../../i18n/use-texts.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { AlertIcon, ClockIcon } from "../../ui/icons.tsx";
import type { ChatRow } from "./chat-row.ts";

export interface MessageMarkProps {
  readonly row: ChatRow;
  /** When the first of those that wait above it was written; absent where one below it says so. */
  readonly waitsSince: string | undefined;
}

/** Says in words what has not happened to a message yet; a synced one needs no mark. */
export function MessageMark({ row, waitsSince }: MessageMarkProps) {
  if (row.$state === "synced") return null;
  if (row.$state === "rejected") return <RefusedMark messageId={row.id} />;
  return waitsSince === undefined ? <Waiting isShown={false} /> : <WaitingSince at={waitsSince} />;
}

/** What is sent by then moves nothing: the line is not there before it is worth reading. */
const WORTH_READING_MS = 600;

function WaitingSince({ at }: { readonly at: string }) {
  const [isShown, setIsShown] = useState(() => systemClock.now() - Date.parse(at) >= WORTH_READING_MS);
  useEffect(() => {
    if (isShown) return undefined;
    const timer = setTimeout(() => setIsShown(true), WORTH_READING_MS);
    return () => clearTimeout(timer);
  }, [isShown]);
  return <Waiting isShown={isShown} />;
}

/** Where it is not shown, a screen reader has it all the same. */
function Waiting({ isShown }: { readonly isShown: boolean }) {
  const texts = useTexts("chat");
  return (
    <p className={isShown ? "flex items-center gap-1 text-xs text-muted" : "off-screen"}>
      <ClockIcon width="13" height="13" /> {texts.waiting}
    </p>
  );
}

const toLog = focusHeir<HTMLSpanElement>((gone) => gone.closest<HTMLElement>("[role=log]"));
const link = "min-h-6 font-medium underline underline-offset-2 hover:no-underline pointer-coarse:min-h-target";

/** Why the server refused it, and what the person can do about it here; the Sync panel offers the same and more. */
function RefusedMark({ messageId }: { readonly messageId: string }) {
  const texts = useTexts("chat");
  const { items, retry, discard } = useDeadLetters();
  const letter = items.find(
    ({ args }) => typeof args === "object" && args !== null && Reflect.get(args, "id") === messageId,
  );
  return (
    <div className="flex flex-wrap items-center gap-x-3 text-xs text-danger">
      <p className="flex items-center gap-1 font-medium">
        <AlertIcon width="13" height="13" /> {texts.refused}
      </p>
      {letter === undefined ? null : (
        <span ref={toLog} className="flex gap-x-3">
          <button type="button" className={link} onClick={() => void retry(letter.id)}>
            {texts.tryAgain}
          </button>
          <button type="button" className={link} onClick={() => void discard(letter.id)}>
            {texts.discard}
          </button>
        </span>
      )}
    </div>
  );
}
