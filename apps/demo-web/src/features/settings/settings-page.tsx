import { useTexts } from "../../i18n/use-texts.tsx";
import { Page } from "../../ui/page.tsx";
import { LanguageSetting } from "./language-setting.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** What belongs to the person and to this device. */
export function SettingsPage() {
  const texts = useTexts("settings");
  return (
    <Page title={texts.settings}>
      <div className="mx-auto w-full max-w-2xl px-4 py-8 sm:py-10">
        <h1 className="mb-6 text-xl font-semibold">{texts.settings}</h1>
        <SettingsSection title={texts.language} hint={texts.languageHint}>
          <LanguageSetting />
        </SettingsSection>
      </div>
    </Page>
  );
}
