import type { LessonRole, Participant } from "@tidemark/api/contracts";
import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { MoreIcon, TrashIcon } from "../../ui/icons.tsx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { unlessGone } from "./lesson-errors.ts";
import { useLessonCall } from "./use-lesson-call.ts";

/** What a host may do about somebody: another role, or out. */
export function PersonMenu({ person }: { readonly person: Participant }) {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const toasts = useToasts();
  const call = useLessonCall();
  const [isRemoving, setIsRemoving] = useState(false);
  const who = { lessonId: person.lessonId, userId: person.userId };

  async function setRole(role: LessonRole) {
    const problem = await call.run((api) => api.lessons.setRole.mutate({ ...who, role }));
    toasts.show(problem === undefined ? { text: texts.roleChanged(person.name), tone: "success" } : { text: problem });
  }

  async function remove() {
    const problem = await call.run((api) => unlessGone(api.lessons.removeParticipant.mutate(who)));
    if (problem !== undefined) return;
    toasts.show({ text: texts.removed(person.name), tone: "success" });
  }

  return (
    <>
      <Menu trigger={<IconButton label={texts.personMenu(person.name)} icon={<MoreIcon />} />}>
        <MenuChoices
          label={texts.role}
          value={person.role}
          choices={[
            { value: "host", label: texts.host, hint: texts.hostHint },
            { value: "participant", label: texts.participant, hint: texts.participantHint },
            { value: "viewer", label: texts.viewer, hint: texts.viewerHint },
          ]}
          onValue={(role) => void setRole(role)}
        />
        <MenuSeparator />
        <MenuItem tone="danger" icon={<TrashIcon />} onSelect={() => setIsRemoving(true)}>
          {texts.removePerson(person.name)}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        isOpen={isRemoving}
        onOpenChange={setIsRemoving}
        title={texts.removeTitle(person.name)}
        text={texts.removeText}
        confirm={texts.remove}
        keep={ui.cancel}
        call={call}
        onConfirm={() => void remove()}
      />
    </>
  );
}
