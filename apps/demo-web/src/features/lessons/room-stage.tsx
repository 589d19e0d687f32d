import type { ReactNode } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { BoardIcon, VideoIcon } from "../../ui/icons.tsx";

/** Where the whiteboard and the call will stand: a wide sheet beside the chat, two cards where there is less room. */
export function RoomStage({ size }: { readonly size: "wide" | "cards" }) {
  const texts = useTexts("lessons");
  const board = { icon: <BoardIcon />, title: texts.boardTitle, text: texts.boardText };
  const call = { icon: <VideoIcon />, title: texts.callTitle, text: texts.callText };
  if (size === "cards") {
    return (
      <section aria-label={texts.stage} className="space-y-2">
        <StageCard {...board} />
        <StageCard {...call} />
      </section>
    );
  }
  return (
    <section
      aria-label={texts.stage}
      className="stage-sheet flex min-w-0 flex-1 flex-col items-center justify-center p-8"
    >
      <div className="flex w-72 flex-col gap-3">
        <StageCard {...board} />
        <StageCard {...call} />
      </div>
    </section>
  );
}

function StageCard({ icon, title, text }: { readonly icon: ReactNode; readonly title: string; readonly text: string }) {
  return (
    <div className="flex items-center gap-3 rounded-lg border border-dashed border-line-strong/60 bg-canvas px-3 py-2.5">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent">
        {icon}
      </span>
      <span className="min-w-0">
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-xs text-muted">{text}</span>
      </span>
    </div>
  );
}
