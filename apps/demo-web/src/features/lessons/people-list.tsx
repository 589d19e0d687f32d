import type { LessonRole, Participant } from "@tidemark/api/contracts";
import { Avatar } from "../../ui/avatar.tsx";

const roleNames: Readonly<Record<LessonRole, string>> = { host: "Host", participant: "Participant", viewer: "Viewer" };

/**
 * Who is in the lesson: beside the chat where there is room, a strip above it on a phone. Items carry no `data-online`
 * yet: nobody measures presence before the gateway exists, and a guess would be a lie.
 */
export function PeopleList({ people, userId }: { readonly people: readonly Participant[]; readonly userId: string }) {
  return (
    <aside className="shrink-0 border-b border-line lg:w-60 lg:overflow-y-auto lg:border-b-0 lg:border-l">
      <h2 id="people-heading" className="sr-only text-xs font-semibold text-muted lg:not-sr-only lg:px-4 lg:pt-4">
        People
      </h2>
      {/* Focusable, so that arrow keys scroll the strip where it does not fit. */}
      <ul
        aria-label="People"
        tabIndex={0}
        className="-outline-offset-2 flex gap-4 overflow-x-auto [scrollbar-width:none] px-4 py-2 lg:flex-col lg:gap-3 lg:py-3"
      >
        {people.map((person) => (
          <li key={person.id} className="flex shrink-0 items-center gap-2">
            <Avatar name={person.name} isSelf={person.userId === userId} />
            <span className="min-w-0">
              <span className="block max-w-40 truncate text-sm leading-4 font-medium">
                {person.name}
                {person.userId === userId ? <span className="font-normal text-muted"> (you)</span> : null}
              </span>
              <span className="block text-xs text-muted">{roleNames[person.role]}</span>
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
