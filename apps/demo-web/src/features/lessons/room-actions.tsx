import type { Lesson } from "@tidemark/api/contracts";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { CloseIcon, InfoIcon, MoreIcon, PencilIcon, SignOutIcon } from "../../ui/icons.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useUserId } from "../auth/use-auth.tsx";
import { AboutDialog } from "./about-dialog.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { EditLessonDialog } from "./edit-lesson-dialog.tsx";
import { InviteButton } from "./invite-button.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { unlessGone } from "./lesson-errors.ts";
import { useLessonCall } from "./use-lesson-call.ts";

export interface RoomActionsProps {
  readonly lesson: Lesson;
  readonly canManage: boolean;
}

type Step = "none" | "reading" | "inviting" | "editing" | "cancelling" | "leaving";

/** What can be done about the lesson as a whole; hosts see more. */
export function RoomActions({ lesson, canManage }: RoomActionsProps) {
  const texts = useTexts("lessons");
  const ui = useTexts("ui");
  const userId = useUserId();
  const navigate = useNavigate();
  const call = useLessonCall();
  const [step, setStep] = useState<Step>("none");
  const isOff = lesson.cancelledAt !== null;
  const during = (wanted: Step) => ({
    isOpen: step === wanted,
    onOpenChange: (isOpen: boolean) => {
      call.reset();
      setStep(isOpen ? wanted : "none");
    },
  });

  async function cancel() {
    const problem = await call.run((api) => api.lessons.cancel.mutate({ id: lesson.id }));
    if (problem === undefined) setStep("none");
  }

  async function leave() {
    const problem = await call.run((api) =>
      unlessGone(api.lessons.removeParticipant.mutate({ lessonId: lesson.id, userId })),
    );
    if (problem === undefined) await navigate({ to: "/" });
  }

  return (
    <>
      {canManage && !isOff ? <InviteButton onInvite={() => setStep("inviting")} /> : null}
      <Menu trigger={<IconButton label={texts.lessonMenu} icon={<MoreIcon />} />}>
        <MenuItem icon={<InfoIcon />} onSelect={() => setStep("reading")}>
          {texts.aboutLesson}
        </MenuItem>
        {canManage ? (
          <MenuItem icon={<PencilIcon />} onSelect={() => setStep("editing")}>
            {texts.editLesson}
          </MenuItem>
        ) : null}
        {canManage && !isOff ? (
          <MenuItem icon={<CloseIcon />} onSelect={() => setStep("cancelling")}>
            {texts.cancelLesson}
          </MenuItem>
        ) : null}
        <MenuSeparator />
        <MenuItem tone="danger" icon={<SignOutIcon />} onSelect={() => setStep("leaving")}>
          {texts.leaveLesson}
        </MenuItem>
      </Menu>
      <AboutDialog lesson={lesson} {...during("reading")} />
      <InviteDialog lessonId={lesson.id} {...during("inviting")} />
      <EditLessonDialog lesson={lesson} {...during("editing")} />
      <ConfirmDialog
        {...during("cancelling")}
        title={texts.cancelTitle}
        text={texts.cancelText}
        confirm={texts.cancelConfirm}
        keep={texts.keepLesson}
        call={call}
        onConfirm={() => void cancel()}
      />
      <ConfirmDialog
        {...during("leaving")}
        title={texts.leaveTitle}
        text={texts.leaveText}
        confirm={texts.leaveLesson}
        keep={ui.cancel}
        call={call}
        onConfirm={() => void leave()}
      />
    </>
  );
}
