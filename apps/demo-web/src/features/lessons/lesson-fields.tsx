import { useTexts } from "../../i18n/use-texts.tsx";
import { TextAreaField, TextField } from "../../ui/text-field.tsx";
import { fromLocalInput, parseTags } from "./lesson-times.ts";

/** What the form holds, as it is typed. */
export interface LessonDraft {
  readonly title: string;
  /** As `<input type="datetime-local">` writes it. */
  readonly startsAt: string;
  readonly description: string;
  readonly tags: string;
}

export const MAX_TITLE_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 10_000;
const MAX_TAG_LENGTH = 50;
const MAX_TAGS = 50;

export const isComplete = ({ title, startsAt, tags }: LessonDraft): boolean =>
  title.trim() !== "" && fromLocalInput(startsAt) !== undefined && areAllowed(parseTags(tags));

const areAllowed = (tags: readonly string[]): boolean =>
  tags.length <= MAX_TAGS && tags.every((tag) => tag.length <= MAX_TAG_LENGTH);

export interface LessonFieldsProps {
  readonly draft: LessonDraft;
  readonly onDraft: (draft: LessonDraft) => void;
  readonly showsErrors: boolean;
}

export function LessonFields({ draft, onDraft, showsErrors }: LessonFieldsProps) {
  const texts = useTexts("lessons");
  const { optional } = useTexts("ui");
  const change = (part: Partial<LessonDraft>) => onDraft({ ...draft, ...part });
  return (
    <div className="space-y-4">
      <TextField
        label={texts.title}
        maxLength={MAX_TITLE_LENGTH}
        value={draft.title}
        onChange={(event) => change({ title: event.target.value })}
        hint={texts.titleHint}
        error={showsErrors && draft.title.trim() === "" ? texts.enterTitle : undefined}
      />
      <TextField
        label={texts.starts}
        type="datetime-local"
        value={draft.startsAt}
        onChange={(event) => change({ startsAt: event.target.value })}
        error={showsErrors && fromLocalInput(draft.startsAt) === undefined ? texts.enterStart : undefined}
      />
      <TextAreaField
        label={texts.description}
        isOptional={optional}
        maxLength={MAX_DESCRIPTION_LENGTH}
        value={draft.description}
        onChange={(event) => change({ description: event.target.value })}
      />
      <TextField
        label={texts.tags}
        isOptional={optional}
        value={draft.tags}
        onChange={(event) => change({ tags: event.target.value })}
        hint={texts.tagsHint}
        error={
          showsErrors && !areAllowed(parseTags(draft.tags)) ? texts.wrongTags(MAX_TAGS, MAX_TAG_LENGTH) : undefined
        }
      />
    </div>
  );
}
