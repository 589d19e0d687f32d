import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { LessonCall } from "./use-lesson-call.ts";

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly keep: string;
  readonly call: LessonCall;
  readonly onConfirm: () => void;
}

/** Before what cannot be undone: what will happen, and the two ways out. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const texts = useTexts("lessons");
  const { call } = props;
  const problem = call.isOffline ? texts.needsConnection : call.error;
  return (
    <Dialog isOpen={props.isOpen} onOpenChange={props.onOpenChange} title={props.title} description={props.text}>
      {problem === undefined ? null : <Notice tone={call.isOffline ? "warning" : "danger"}>{problem}</Notice>}
      <DialogActions>
        <Button onClick={() => props.onOpenChange(false)}>{props.keep}</Button>
        <Button look="danger" isBusy={call.isBusy} disabled={call.isOffline} onClick={props.onConfirm}>
          {props.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
