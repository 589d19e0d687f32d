import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Banner } from "../../ui/banner.tsx";
import { toPageHeading } from "../../ui/focus-heir.ts";
import { Button } from "../../ui/button.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { useAuth } from "./use-auth.tsx";

/** Shown while the server has ended the session: what is written waits on the device for the person to sign in again. */
export function ExpiredBanner() {
  const texts = useTexts("auth");
  const { state } = useAuth();
  const [isOpen, setIsOpen] = useState(false);
  if (state.status !== "expired") return null;
  return (
    <>
      <Banner
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
      </Banner>
      {isOpen ? (
        <div ref={toPageHeading} className="shrink-0 border-b border-line px-4 py-6">
          <div className="mx-auto max-w-sm">
            <SignInForm email={state.user.email} />
          </div>
        </div>
      ) : null}
    </>
  );
}
