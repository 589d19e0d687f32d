import type { ReactNode, Ref } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { ArrowDownIcon } from "../../ui/icons.tsx";
import { useToasts } from "../../ui/toast.tsx";
import type { Reading } from "./use-reading.ts";

export interface JumpButtonsProps {
  readonly reading: Reading;
  readonly isAtEnd: boolean;
  readonly onIndex: (index: number) => void;
  readonly onEnd: () => void;
}

/**
 * Ways to where the reader is not. What they have not read comes first, above or below them; nothing counts as read because
 * somebody jumped over it.
 */
export function JumpButtons({ reading, isAtEnd, onIndex, onEnd }: JumpButtonsProps) {
  const texts = useTexts("chat");
  const { keepAbove } = useToasts();
  const { unreadCount, unreadWhere, firstUnreadIndex } = reading;
  const hasUnread = unreadCount > 0;
  const toUnread = () => onIndex(firstUnreadIndex);
  return (
    <>
      {hasUnread && unreadWhere === "above" ? (
        <Floating edge="top-0">
          <Button
            size="small"
            look="primary"
            icon={<ArrowDownIcon width="16" height="16" className="rotate-180" />}
            className="rounded-r-none rounded-l-full"
            onClick={toUnread}
          >
            {texts.newMessages(unreadCount)}
          </Button>
          <Button size="small" className="-ml-px rounded-l-none rounded-r-full" onClick={reading.markAllRead}>
            {texts.markRead}
          </Button>
        </Floating>
      ) : null}
      {isAtEnd ? null : (
        <Floating edge="bottom-0" ref={keepAbove}>
          <Button
            size="small"
            look={hasUnread && unreadWhere === "below" ? "primary" : "secondary"}
            icon={<ArrowDownIcon width="16" height="16" />}
            className="rounded-full"
            onClick={hasUnread && unreadWhere === "below" ? toUnread : onEnd}
          >
            {hasUnread && unreadWhere === "below" ? texts.newMessages(unreadCount) : texts.jumpToLatest}
          </Button>
        </Floating>
      )}
    </>
  );
}

const toLog = focusHeir<HTMLDivElement>((gone) => gone.parentElement?.querySelector<HTMLElement>("[role=log]"));

interface FloatingProps {
  readonly edge: "top-0" | "bottom-0";
  readonly ref?: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}

function Floating({ edge, ref, children }: FloatingProps) {
  return (
    <div ref={toLog} className={`pointer-events-none absolute inset-x-0 z-20 ${edge}`}>
      <div ref={ref} className="flex justify-center py-2.5">
        <div className="pointer-events-auto flex animate-rise rounded-full shadow-raised">{children}</div>
      </div>
    </div>
  );
}
