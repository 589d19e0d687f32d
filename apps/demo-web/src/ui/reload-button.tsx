import { useTexts } from "../i18n/use-texts.tsx";
import { Button, type ButtonProps } from "./button.tsx";

/** For what only a fresh start of the page can mend. */
export function ReloadButton(looks: Pick<ButtonProps, "size" | "look">) {
  const texts = useTexts("ui");
  return (
    <Button {...looks} onClick={() => globalThis.location.reload()}>
      {texts.crashAction}
    </Button>
  );
}
