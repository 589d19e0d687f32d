import { useSyncStatus } from "@tidemark/sync-client/react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useAuth } from "../auth/use-auth.tsx";

type Step = "closed" | "asking" | "ending" | "failed";

export function SessionsSetting() {
  const texts = useTexts("settings");
  const ui = useTexts("ui");
  const { auth } = useAuth();
  const { pending } = useSyncStatus();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>("closed");

  async function signOutEverywhere() {
    setStep("ending");
    try {
      await auth.signOutEverywhere(pending);
      await navigate({ to: "/" });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setStep("failed");
    }
  }

  return (
    <>
      <Button onClick={() => setStep("asking")}>{texts.signOutEverywhere}</Button>
      <Dialog
        isOpen={step !== "closed"}
        onOpenChange={(isOpen) => setStep(isOpen ? "asking" : "closed")}
        title={texts.everywhereTitle}
        description={texts.everywhereText}
      >
        {step === "failed" ? <Notice tone="danger">{texts.everywhereFailed}</Notice> : null}
        {pending === 0 || step === "failed" ? null : <Notice tone="warning">{texts.everywhereWaiting(pending)}</Notice>}
        <DialogActions>
          <Button onClick={() => setStep("closed")}>{ui.cancel}</Button>
          <Button look="danger" isBusy={step === "ending"} onClick={() => void signOutEverywhere()}>
            {texts.signOutEverywhere}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
