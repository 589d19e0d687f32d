import { useMutation } from "@tidemark/sync-client/react";
import { memo, type RefObject } from "react";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { focusHeir } from "../../ui/focus-heir.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { PencilIcon, TrashIcon } from "../../ui/icons.tsx";
import { DayDivider, UnreadDivider } from "./chat-dividers.tsx";
import type { ChatRow } from "./chat-row.ts";
import { MessageEditor } from "./message-editor.tsx";
import { MessageMark } from "./message-mark.tsx";
import { MessageText } from "./message-text.tsx";

export interface ChatMessageItemProps {
  readonly row: ChatRow;
  readonly authorName: string;
  readonly isOwn: boolean;
  readonly startsDay: boolean;
  readonly startsUnread: boolean;
  readonly startsGroup: boolean;
  readonly waitsSince: string | undefined;
  readonly canEdit: boolean;
  readonly canDelete: boolean;
  readonly isEditing: boolean;
  /** Tapped: its buttons show without a pointer that hovers. */
  readonly isActive: boolean;
  readonly editedWords: RefObject<string>;
  readonly onEditing: (id: string | undefined) => void;
}

const toLog = focusHeir<HTMLDivElement>((row) => row.closest<HTMLElement>("[role=log]"));

/** A message, under the dividers that stand above it: together one row of the list. */
export const ChatMessageItem = memo(function ChatMessageItem(props: ChatMessageItemProps) {
  const { row, startsDay, startsUnread, startsGroup, isOwn, isEditing, isActive } = props;
  return (
    <>
      {startsDay ? <DayDivider at={row.createdAt} /> : null}
      {startsUnread ? <UnreadDivider /> : null}
      <div
        ref={toLog}
        // What is laid over the corner is placed in the box that the list gives each row. Only where something stands above
        // the row in that box it needs one of its own: each is a layer, and every key press pays for all of them.
        data-message-id={row.id}
        data-state={row.$state}
        data-row=""
        data-active={isActive}
        className={`group/row flex gap-3 px-4 ${startsGroup ? "relative mt-3" : ""} py-0.75 ${isEditing ? "scroll-mb-16" : "hover:bg-sunken md:rounded-md"}`}
      >
        <div className="w-8 shrink-0">
          {startsGroup ? <Avatar name={props.authorName} isSelf={isOwn} /> : <RowTime at={row.createdAt} />}
        </div>
        <div className="min-w-0 flex-1">
          <Author {...props} />
          <Body {...props} />
          <MessageMark row={row} waitsSince={props.waitsSince} />
        </div>
        {isEditing ? null : <Actions {...props} />}
      </div>
    </>
  );
});

/** The time of a message that stands under another's name: shown where the pointer or the focus is. */
function RowTime({ at }: { readonly at: string }) {
  const formats = useFormats();
  return (
    <span
      aria-hidden="true"
      title={formats.exactTime(at)}
      className="invisible absolute left-0 w-14 pr-1.5 text-right text-[0.625rem] leading-6 whitespace-nowrap text-muted tabular-nums select-none group-focus-within/row:visible group-hover/row:visible group-data-[active=true]/row:visible"
    >
      {formats.clockTime(at)}
    </span>
  );
}

function Author({ row, authorName, isOwn, startsGroup }: ChatMessageItemProps) {
  const texts = useTexts("chat");
  const formats = useFormats();
  if (!startsGroup) {
    return (
      <span className="off-screen">
        {authorName} <time dateTime={row.createdAt}>{formats.clockTime(row.createdAt)}</time>
      </span>
    );
  }
  return (
    <p className="flex items-baseline gap-2">
      <span dir="auto" className="truncate text-sm font-semibold">
        {authorName}
      </span>
      {isOwn ? <span className="text-xs text-muted">{texts.you}</span> : null}
      <time
        dateTime={row.createdAt}
        title={formats.exactTime(row.createdAt)}
        className="text-xs text-muted tabular-nums"
      >
        {formats.clockTime(row.createdAt)}
      </time>
    </p>
  );
}

function Body({ row, isEditing, editedWords, onEditing }: ChatMessageItemProps) {
  const texts = useTexts("chat");
  const formats = useFormats();
  if (isEditing) return <MessageEditor row={row} words={editedWords} onEnd={() => onEditing(undefined)} />;
  return (
    <p
      // Arabic and Hebrew from the right, whatever language the page is in.
      dir="auto"
      className={`break-words whitespace-pre-wrap [overflow-wrap:anywhere] ${row.$state === "pending" ? "text-muted" : ""}`}
    >
      <MessageText text={row.text} />
      {row.editedAt === null ? null : (
        <span title={formats.exactTime(row.editedAt)} className="ml-1.5 text-xs text-muted">
          {texts.edited}
        </span>
      )}
    </p>
  );
}

/** Laid over the row's corner, so that nothing moves when they show. Delete asks nothing: a finger must not hit it for Edit. */
function Actions({ row, canEdit, canDelete, onEditing }: ChatMessageItemProps) {
  const texts = useTexts("chat");
  const deleteMessage = useMutation("chat.delete");
  if (!canEdit && !canDelete) return null;
  return (
    <div className="reveal-in-row absolute -top-4 flex gap-2 rounded-md border border-line bg-raised shadow-raised">
      {canEdit ? <IconButton label={texts.edit} icon={<PencilIcon />} onClick={() => onEditing(row.id)} /> : null}
      {canDelete ? (
        <IconButton
          label={texts.delete}
          tone="danger"
          icon={<TrashIcon />}
          onClick={() => void deleteMessage({ id: row.id })}
        />
      ) : null}
    </div>
  );
}
