/** A person's initials; the name itself always stands beside it. */
export function Avatar({ name, isSelf = false }: { readonly name: string; readonly isSelf?: boolean }) {
  const colours = isSelf ? "bg-accent text-on-accent" : "bg-hover text-ink";
  return (
    <span
      aria-hidden="true"
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-full text-xs font-semibold select-none ${colours}`}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const outer = words.length === 1 ? [words[0]] : [words[0], words.at(-1)];
  return outer
    .map((word) => firstLetter(word ?? ""))
    .join("")
    .toLocaleUpperCase();
}

/** What a reader takes for one letter, combining marks and emoji included. */
const letters = new Intl.Segmenter();
function firstLetter(word: string): string {
  const [first] = letters.segment(word);
  return first?.segment ?? "";
}
