import type { Participant } from "@tidemark/api/contracts";
import { useSyncStatus } from "@tidemark/sync-client/react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { useOnline, type OnlineIds } from "./use-online.ts";

const PersonMenu = lazyPart(async () => (await import("./person-menu.tsx")).PersonMenu);

export interface PeopleListProps {
  readonly people: readonly Participant[];
  readonly userId: string;
  /** The person may set roles and remove people. */
  readonly canManage: boolean;
}

/**
 * Who is in the lesson and who is here: beside the chat where there is room, a strip above it on a phone. While nobody can
 * know who is here, nobody is shown as online, and words say why.
 */
export function PeopleList({ people, userId, canManage }: PeopleListProps) {
  const texts = useTexts("lessons");
  // Not before the first answer: a note that comes and goes would move what stands below it.
  const { state } = useSyncStatus();
  const online = useOnline(people.map((person) => person.userId));
  return (
    <section aria-labelledby="people-heading" className="min-w-0">
      <h2
        id="people-heading"
        className="sr-only text-xs font-semibold text-muted @min-[56rem]:not-sr-only @min-[56rem]:mb-1 @min-[56rem]:flex @min-[56rem]:justify-between @min-[56rem]:px-2"
      >
        {texts.peopleTitle}
        <span className="font-normal tabular-nums">{people.length}</span>
      </h2>
      {/* Focusable, so that arrow keys scroll the strip where it does not fit. */}
      <ul
        aria-label={texts.peopleTitle}
        tabIndex={0}
        className="flex gap-1 overflow-x-auto rounded-md px-2 [scrollbar-width:none] -outline-offset-2 @min-[56rem]:px-0 @min-[56rem]:flex-col @min-[56rem]:gap-0"
      >
        {people.map((person) => (
          <PersonItem
            key={person.id}
            person={person}
            isSelf={person.userId === userId}
            online={online}
            canManage={canManage && person.userId !== userId}
          />
        ))}
      </ul>
      {online === undefined && (state === "offline" || state === "stuck") ? (
        <p className="mt-1 hidden px-2 text-xs text-pretty text-muted @min-[56rem]:block">{texts.presenceUnknown}</p>
      ) : null}
    </section>
  );
}

interface PersonItemProps {
  readonly person: Participant;
  readonly isSelf: boolean;
  readonly online: OnlineIds;
  readonly canManage: boolean;
}

const toPeople = focusHeir<HTMLLIElement>((gone) => gone.parentElement);

function PersonItem({ person, isSelf, online, canManage }: PersonItemProps) {
  const texts = useTexts("lessons");
  const isOnline = online?.has(person.userId);
  const presenceText = isOnline === undefined ? texts.presenceNotKnown : isOnline ? texts.online : texts.offline;
  return (
    <li
      ref={toPeople}
      data-online={isOnline}
      className="relative flex shrink-0 items-center gap-2.5 rounded-md px-2 py-1.5 @min-[56rem]:hover:bg-hover"
    >
      <Avatar name={person.name} isSelf={isSelf} isOnline={isOnline} />
      <span className="min-w-0 flex-1">
        <span
          dir="auto"
          className="block max-w-40 truncate text-left text-sm leading-5 font-medium @min-[56rem]:max-w-none"
        >
          {person.name}
          {isSelf ? <span className="font-normal text-muted"> ({texts.you})</span> : null}
        </span>
        <span className="block text-xs text-muted">
          {texts[person.role]}
          <span className="sr-only">, {presenceText}</span>
        </span>
      </span>
      {canManage ? (
        <PersonMenu person={person} isQuiet whileLoading={<span className="size-target shrink-0" />} />
      ) : null}
    </li>
  );
}
