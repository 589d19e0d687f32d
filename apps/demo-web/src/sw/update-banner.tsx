import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { useObservable } from "../ui/use-observable.ts";
import type { AppUpdate } from "./app-update.ts";

/** Offers a newer version of the app; nothing switches by itself. */
export function UpdateBanner({ update }: { readonly update: AppUpdate }) {
  const state = useObservable(update);
  const [isPostponed, setIsPostponed] = useState(false);
  if (state === "none" || isPostponed) return null;
  return (
    <div className="px-4 py-3">
      <Notice
        tone="info"
        actions={
          <>
            <Button size="small" look="quiet" onClick={() => setIsPostponed(true)}>
              Later
            </Button>
            <Button size="small" look="primary" onClick={() => update.apply()}>
              Update
            </Button>
          </>
        }
      >
        A newer version of Tidemark is ready. Drafts and unsent messages stay.
      </Notice>
    </div>
  );
}
