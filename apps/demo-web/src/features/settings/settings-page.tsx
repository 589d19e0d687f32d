import { useTexts } from "../../i18n/use-texts.tsx";
import { Page } from "../../ui/page.tsx";
import { DeviceSetting } from "./device-setting.tsx";
import { LanguageSetting } from "./language-setting.tsx";
import { ProfileSetting } from "./profile-setting.tsx";
import { SessionsSetting } from "./sessions-setting.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** What belongs to the person and to this device. */
export function SettingsPage() {
  const texts = useTexts("settings");
  return (
    <Page title={texts.settings}>
      <div className="mx-auto w-full max-w-3xl px-4 py-8 sm:px-6 sm:py-10">
        <h1 className="mb-6 flex min-h-target items-center text-xl font-semibold">{texts.settings}</h1>
        <SettingsSection title={texts.profile} hint={texts.profileHint}>
          <ProfileSetting />
        </SettingsSection>
        <SettingsSection title={texts.display} hint={texts.displayHint}>
          <LanguageSetting />
        </SettingsSection>
        <SettingsSection title={texts.device} hint={texts.deviceHint}>
          <DeviceSetting />
        </SettingsSection>
        <SettingsSection title={texts.sessions} hint={texts.sessionsHint}>
          <SessionsSetting />
        </SettingsSection>
      </div>
    </Page>
  );
}
