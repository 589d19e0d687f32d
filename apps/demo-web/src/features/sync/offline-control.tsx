import { Banner } from "../../ui/banner.tsx";
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
    <Banner
      tone="warning"
      icon={<OfflineIcon />}
      label={texts.workOffline}
      more={texts.switchedBannerMore}
      actions={
        <Button size="small" onClick={() => void offline.set(false)}>
          {texts.goOnline}
        </Button>
      }
    >
      {texts.switchedBanner}
    </Banner>
  );
}
