import { Button } from "../../ui/button.tsx";
import { OfflineIcon } from "../../ui/icons.tsx";
import { Switch } from "../../ui/switch.tsx";
import { useTexts } from "../../i18n/use-texts.tsx";
import { useSwitchedOff, useSyncTools } from "./sync-tools.tsx";

/** Pulls the plug on this app, for whoever wants to see what happens then. */
export function OfflineControl() {
  const { offline } = useSyncTools();
  const isOff = useSwitchedOff();
  const texts = useTexts("sync");
  return (
    <Switch
      label={texts.workOffline}
      hint={texts.workOfflineHint}
      isOn={isOff}
      onChange={(next) => void offline.set(next)}
    />
  );
}

/** Over every page while the plug is pulled: nobody should look for the fault in their network. */
export function OfflineBanner() {
  const { offline } = useSyncTools();
  const isOff = useSwitchedOff();
  const texts = useTexts("sync");
  if (!isOff) return null;
  return (
    <section
      aria-label={texts.workOffline}
      className="flex shrink-0 items-center gap-2.5 border-b border-warning/25 bg-warning-soft py-1 pr-2 pl-4 text-sm"
    >
      <OfflineIcon className="shrink-0 text-warning" />
      <p className="min-w-0 flex-1 py-1 text-pretty">{texts.switchedBanner}</p>
      <Button size="small" onClick={() => void offline.set(false)}>
        {texts.goOnline}
      </Button>
    </section>
  );
}
