import { memo, useMemo } from "react";
import { splitLinks } from "./link-parts.ts";

/** A message's words, with its web addresses to follow. Opened elsewhere, so that the lesson stays where it is. */
export const MessageText = memo(function MessageText({ text }: { readonly text: string }) {
  const parts = useMemo(() => splitLinks(text), [text]);
  return (
    <span>
      {parts.map(({ text: part, start, href }) =>
        href === undefined ? (
          part
        ) : (
          <a
            key={start}
            href={href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="font-medium text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-current"
          >
            {part}
          </a>
        ),
      )}
    </span>
  );
});
