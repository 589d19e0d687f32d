import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { COUNT_FROM } from "./shown-length.ts";

/** How much room is left, near the limit; above it how much too long the text is. */
export function LengthCounter({ length }: { readonly length: number }) {
  const texts = useTexts("chat");
  const formats = useFormats();
  if (length < COUNT_FROM) return null;
  const left = MAX_MESSAGE_LENGTH - length;
  return (
    <p className={`ml-auto text-xs tabular-nums ${left < 0 ? "font-medium text-danger" : "text-muted"}`}>
      {left < 0 ? (
        <span role="alert">{texts.tooLong(-left)}</span>
      ) : (
        texts.charactersLeft(formats.number(length), formats.number(MAX_MESSAGE_LENGTH))
      )}
    </p>
  );
}
