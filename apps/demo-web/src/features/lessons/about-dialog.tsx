import type { Lesson } from "@tidemark/api/contracts";
import { useNow } from "../../clock.ts";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { AboutLesson } from "./about-lesson.tsx";

export interface AboutDialogProps {
  readonly lesson: Lesson;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** All of a lesson's title and description: a phone has no column for it, and cuts the title. */
export function AboutDialog({ lesson, isOpen, onOpenChange }: AboutDialogProps) {
  const texts = useTexts("lessons");
  const formats = useFormats();
  const now = useNow(60_000);
  const { title, startsAt, description, tags } = lesson;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={title}
      description={`${formats.day(startsAt, now)}, ${formats.clockTime(startsAt)}`}
    >
      {description === "" && tags.length === 0 ? (
        <p className="text-sm text-muted">{texts.nothingAbout}</p>
      ) : (
        <AboutLesson lesson={lesson} />
      )}
    </Dialog>
  );
}
