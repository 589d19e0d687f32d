import { useSyncStatus } from "@tidemark/sync-client/react";
import { useState, type ReactNode } from "react";
import { useNow } from "../../clock.ts";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { toSectionHeading } from "../../ui/focus-heir.ts";
import { Notice } from "../../ui/notice.tsx";

type Persistence = "as-measured" | "granted" | "refused";

/** What is stored here, how safe it is, and what has not left yet. */
export function DeviceSetting() {
  const texts = useTexts("settings");
  const formats = useFormats();
  const now = useNow(5000);
  const { storage, pending, lastSyncedAt } = useSyncStatus();
  const [persistence, setPersistence] = useState<Persistence>("as-measured");

  async function persist() {
    setPersistence((await navigator.storage.persist()) ? "granted" : "refused");
  }

  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        <Fact term={texts.used}>
          {storage === null
            ? texts.unknown
            : texts.usedOf(formats.bytes(storage.usedBytes), formats.bytes(storage.quotaBytes))}
        </Fact>
        <Fact term={texts.waiting}>{pending === 0 ? texts.nothingWaiting : texts.waitingCount(pending)}</Fact>
        <Fact term={texts.lastChecked}>{lastSyncedAt === null ? texts.never : formats.age(lastSyncedAt, now)}</Fact>
      </dl>
      {storage === null ? null : storage.isPersistent || persistence === "granted" ? (
        <Notice tone="success">
          <Told title={texts.safeTitle} text={texts.safeText} />
        </Notice>
      ) : (
        <Notice
          tone="warning"
          actions={
            <Button ref={toSectionHeading} size="small" onClick={() => void persist()}>
              {texts.persist}
            </Button>
          }
        >
          <Told title={texts.riskTitle} text={persistence === "refused" ? texts.persistRefused : texts.riskText} />
        </Notice>
      )}
    </div>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="tabular-nums first-letter:uppercase">{children}</dd>
    </>
  );
}

function Told({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <strong className="block font-medium">{title}</strong>
      {text}
    </>
  );
}
