import { useEffect, useState } from "react";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { toSectionHeading } from "../../ui/focus-heir.ts";
import { PanelSection } from "./panel-section.tsx";

interface StorageUse {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly isPersistent: boolean;
}

const MEASURE_EVERY_MS = 10_000;

/** How much lies on this device, whether the browser may take it away, and the way to ask that it does not. */
export function DeviceStorage() {
  const texts = useTexts("sync");
  const formats = useFormats();
  const { use, keep, isRefused } = useStorageUse();
  if (use === undefined) return null;
  return (
    <PanelSection title={texts.deviceTitle}>
      <p className="text-sm">
        {use === null
          ? texts.storageUnknown
          : texts.storageUsed(formats.bytes(use.usedBytes), formats.bytes(use.quotaBytes))}
      </p>
      {use === null ? null : (
        <p className="mt-0.5 text-sm text-pretty text-muted">{use.isPersistent ? texts.persistent : texts.evictable}</p>
      )}
      {use === null || use.isPersistent ? null : (
        <div ref={toSectionHeading} className="mt-2">
          <Button size="small" onClick={keep}>
            {texts.keepData}
          </Button>
          <output className="mt-1 block text-sm text-pretty text-muted">{isRefused ? texts.keepRefused : null}</output>
        </div>
      )}
    </PanelSection>
  );
}

/** `undefined` until it is measured, `null` where the browser does not tell. */
function useStorageUse() {
  const [use, setUse] = useState<StorageUse | null>();
  const [isRefused, setIsRefused] = useState(false);
  useEffect(() => {
    const measureNow = () => void measure().then(setUse);
    measureNow();
    const timer = setInterval(measureNow, MEASURE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  async function ask() {
    setIsRefused(!(await navigator.storage.persist()));
    setUse(await measure());
  }
  return { use, isRefused, keep: () => void ask() };
}

async function measure(): Promise<StorageUse | null> {
  // Only where the page came by https, or from this device.
  const storage: Partial<StorageManager> | undefined = navigator.storage;
  if (storage?.estimate === undefined || storage.persisted === undefined) return null;
  const [{ usage = 0, quota = 0 }, isPersistent] = await Promise.all([storage.estimate(), storage.persisted()]);
  return { usedBytes: usage, quotaBytes: quota, isPersistent };
}
