import type { LessonRole } from "@tidemark/api/contracts";
import { useRef, useState, type FormEvent } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { focusFirstInvalid } from "../../ui/focus-first-invalid.ts";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { CheckIcon, CopyIcon, LinkIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useLessonCall } from "./use-lesson-call.ts";

export interface InviteDialogProps {
  readonly lessonId: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

interface Invited {
  readonly email: string;
  readonly link: string;
}

export function InviteDialog({ lessonId, isOpen, onOpenChange }: InviteDialogProps) {
  const texts = useTexts("lessons");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={texts.inviteTitle} description={texts.inviteText}>
      <InviteSteps lessonId={lessonId} onEnd={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** Whom, and then the link: no mail is sent yet, so the host passes it on. */
function InviteSteps({ lessonId, onEnd }: { readonly lessonId: string; readonly onEnd: () => void }) {
  const [invited, setInvited] = useState<Invited>();
  return invited === undefined ? (
    <InviteForm lessonId={lessonId} onInvited={setInvited} onCancel={onEnd} />
  ) : (
    <InviteLink invited={invited} onAnother={() => setInvited(undefined)} onEnd={onEnd} />
  );
}

function InviteForm(props: {
  readonly lessonId: string;
  readonly onInvited: (invited: Invited) => void;
  readonly onCancel: () => void;
}) {
  const texts = useTexts("lessons");
  const auth = useTexts("auth");
  const ui = useTexts("ui");
  const call = useLessonCall();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<LessonRole>("participant");
  const [showsErrors, setShowsErrors] = useState(false);
  const focusEmail = useFocusOnMount();
  const isAddress = /^\S+@\S+$/u.test(email.trim());

  async function invite(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setShowsErrors(true);
    if (!isAddress) focusFirstInvalid(event.currentTarget);
    if (!isAddress || call.isBusy) return;
    const input = { lessonId: props.lessonId, email: email.trim(), role };
    await call.run(async (api) => {
      const { token } = await api.lessons.invite.mutate(input);
      props.onInvited({ email: input.email, link: `${window.location.origin}/invite/${token}` });
    });
  }

  return (
    <form noValidate onSubmit={(event) => void invite(event)} className="space-y-4">
      {call.isOffline || call.error !== undefined ? (
        <Notice tone={call.isOffline ? "warning" : "danger"}>
          {call.isOffline ? texts.inviteOfflineHint : call.error}
        </Notice>
      ) : null}
      <TextField
        label={texts.inviteEmail}
        ref={focusEmail}
        type="email"
        inputMode="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={showsErrors && !isAddress ? auth.enterFullEmail : undefined}
      />
      <SelectField
        label={texts.role}
        value={role}
        options={[
          { value: "participant", label: `${texts.participant} · ${texts.participantHint}` },
          { value: "viewer", label: `${texts.viewer} · ${texts.viewerHint}` },
          { value: "host", label: `${texts.host} · ${texts.hostHint}` },
        ]}
        onValue={setRole}
      />
      <DialogActions>
        <Button onClick={props.onCancel}>{ui.cancel}</Button>
        <Button type="submit" look="primary" icon={<LinkIcon />} isBusy={call.isBusy} disabled={call.isOffline}>
          {texts.makeLink}
        </Button>
      </DialogActions>
    </form>
  );
}

function InviteLink(props: { readonly invited: Invited; readonly onAnother: () => void; readonly onEnd: () => void }) {
  const texts = useTexts("lessons");
  const { email, link } = props.invited;
  const box = useRef<HTMLInputElement>(null);
  const focusCopy = useFocusOnMount();
  const [isCopied, setIsCopied] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(link);
      setIsCopied(true);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Refused by the browser, or none there outside of https: selected, it is one keystroke away.
      box.current?.select();
    }
  }

  return (
    <>
      <Notice tone="success">
        <strong className="font-medium">{texts.linkReady}.</strong> {texts.linkFor(email)}
      </Notice>
      <div className="mt-4 flex items-end gap-2">
        <TextField
          ref={box}
          label={texts.link}
          readOnly
          value={link}
          onFocus={(event) => event.target.select()}
          className="min-w-0 flex-1"
        />
        <Button
          ref={focusCopy}
          look="primary"
          size="large"
          icon={isCopied ? <CheckIcon /> : <CopyIcon />}
          onClick={() => void copy()}
        >
          <span aria-live="polite">{isCopied ? texts.copied : texts.copyLink}</span>
        </Button>
      </div>
      <DialogActions>
        <Button look="quiet" onClick={props.onAnother}>
          {texts.inviteAnother}
        </Button>
        <Button onClick={props.onEnd}>{texts.done}</Button>
      </DialogActions>
    </>
  );
}
