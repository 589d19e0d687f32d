import { useMutation } from "@tidemark/sync-client/react";
import { memo, useRef } from "react";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { PencilIcon, TrashIcon } from "../../ui/icons.tsx";
import { formatClockTime, formatExactTime } from "../../ui/time.ts";
import type { ChatRow } from "./chat-row.ts";
import { MessageEditor } from "./message-editor.tsx";
import { MessageMark } from "./message-mark.tsx";

export interface ChatMessageItemProps {
  readonly row: ChatRow;
  readonly authorName: string;
  readonly isOwn: boolean;
  readonly startsGroup: boolean;
  readonly canEdit: boolean;
  readonly canDelete: boolean;
  readonly isEditing: boolean;
  /** Tapped: its buttons show without a pointer that hovers. */
  readonly isActive: boolean;
  readonly onEditing: (id: string | undefined) => void;
  readonly onDeleted: () => void;
}

export const ChatMessageItem = memo(function ChatMessageItem(props: ChatMessageItemProps) {
  const { row, authorName, isOwn, startsGroup, isEditing } = props;
  const deleteMessage = useMutation("chat.delete");
  const editButton = useRef<HTMLDivElement>(null);

  async function remove() {
    await deleteMessage({ id: row.id });
    props.onDeleted();
  }

  function endEditing() {
    props.onEditing(undefined);
    // Back to where the person was; the buttons are there again in the next frame.
    requestAnimationFrame(() => editButton.current?.querySelector("button")?.focus());
  }

  return (
    <div
      data-message-id={row.id}
      data-state={row.$state}
      data-row=""
      data-active={props.isActive}
      className={`relative flex gap-3 px-4 py-0.5 focus-within:z-10 hover:z-10 hover:bg-sunken md:rounded-md ${startsGroup ? "mt-3" : ""}`}
    >
      <div className="w-8 shrink-0">{startsGroup ? <Avatar name={authorName} isSelf={isOwn} /> : null}</div>
      <div className="min-w-0 flex-1">
        {startsGroup ? (
          <p className="flex items-baseline gap-2">
            <span className="truncate text-sm font-semibold">{authorName}</span>
            {isOwn ? <span className="text-xs text-muted">you</span> : null}
            <time dateTime={row.createdAt} title={formatExactTime(row.createdAt)} className="text-xs text-muted">
              {formatClockTime(row.createdAt)}
            </time>
          </p>
        ) : (
          <span className="sr-only">{authorName}</span>
        )}
        {isEditing ? (
          <MessageEditor row={row} onEnd={endEditing} />
        ) : (
          <p className="break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
            <span>{row.text}</span>
            {row.editedAt === null ? null : <span className="ml-1.5 text-xs text-muted">(edited)</span>}
          </p>
        )}
        <MessageMark state={row.$state} />
      </div>
      {isEditing || !(props.canEdit || props.canDelete) ? null : (
        <div
          ref={editButton}
          className="reveal-in-row absolute -top-4 right-3 flex rounded-md border border-line bg-surface shadow-raised"
        >
          {props.canEdit ? (
            <IconButton label="Edit" icon={<PencilIcon />} onClick={() => props.onEditing(row.id)} />
          ) : null}
          {props.canDelete ? (
            <IconButton label="Delete" tone="danger" icon={<TrashIcon />} onClick={() => void remove()} />
          ) : null}
        </div>
      )}
    </div>
  );
});
