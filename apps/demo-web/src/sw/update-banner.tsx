import { useState } from "react";
import { useTexts } from "../i18n/use-texts.tsx";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { useObservable } from "../ui/use-observable.ts";
import type { AppUpdate } from "./app-update.ts";

/** Offers a newer version of the app; nothing switches by itself. */
export function UpdateBanner({ update }: { readonly update: AppUpdate }) {
  const texts = useTexts("ui");
  const state = useObservable(update);
  const [isPostponed, setIsPostponed] = useState(false);
  if (state === "none" || isPostponed) return null;
  return (
    <Banner
      tone="info"
      actions={
        <>
          <Button size="small" look="quiet" onClick={() => setIsPostponed(true)}>
            {texts.updateLater}
          </Button>
          <Button size="small" look="primary" onClick={() => update.apply()}>
            {texts.updateNow}
          </Button>
        </>
      }
    >
      {texts.updateReady}
    </Banner>
  );
}
