import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { toPageHeading } from "../../ui/focus-heir.ts";
import { PersonAddIcon } from "../../ui/icons.tsx";

/** On a phone an icon alone. Without `onInvite` it keeps the place of the one that comes, and nobody sees it. */
export function InviteButton({ onInvite }: { readonly onInvite?: () => void }) {
  const { invite } = useTexts("lessons");
  return (
    <Button
      ref={toPageHeading}
      size="small"
      icon={<PersonAddIcon />}
      aria-label={invite}
      onClick={onInvite}
      className={`max-sm:w-target max-sm:px-0 ${onInvite === undefined ? "invisible" : ""}`}
    >
      <span className="max-sm:hidden">{invite}</span>
    </Button>
  );
}
