import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { useAuth } from "./use-auth.tsx";

/** Shown while the server has ended the session: what is written waits on the device for the person to sign in again. */
export function ExpiredBanner() {
  const texts = useTexts("auth");
  const { state } = useAuth();
  const [isOpen, setIsOpen] = useState(false);
  if (state.status !== "expired") return null;
  return (
    <div className="space-y-4 px-3 pt-3 sm:px-4">
      <Notice
        tone="warning"
        actions={
          isOpen ? undefined : (
            <Button size="small" onClick={() => setIsOpen(true)}>
              {texts.signInAgain}
            </Button>
          )
        }
      >
        {texts.sessionEnded(state.user.email)}
      </Notice>
      {isOpen ? (
        <div className="mx-auto max-w-sm pb-4">
          <SignInForm email={state.user.email} />
        </div>
      ) : null}
    </div>
  );
}
