export interface AvatarProps {
  /** Initials and, unless `isSelf`, the ground come from it. The name itself always stands beside it. */
  readonly name: string;
  readonly isSelf?: boolean;
  readonly size?: "small" | "regular" | "large";
  /** `undefined`: nobody knows, and no dot claims to. */
  readonly isOnline?: boolean | undefined;
}

const grounds = ["bg-person-1", "bg-person-2", "bg-person-3", "bg-person-4", "bg-person-5", "bg-person-6"] as const;
const sizes = { small: "size-6 text-[0.625rem]", regular: "size-8 text-xs", large: "size-14 text-lg" } as const;

export function Avatar({ name, isSelf = false, size = "regular", isOnline }: AvatarProps) {
  const colours = isSelf ? "bg-accent text-on-accent" : `${groundOf(name)} text-ink`;
  return (
    <span aria-hidden="true" className="relative inline-flex shrink-0 select-none">
      <span
        className={`inline-flex items-center justify-center rounded-full font-semibold tracking-tight ${sizes[size]} ${colours}`}
      >
        {initials(name)}
      </span>
      {isOnline === undefined ? null : (
        <span
          className={`absolute -right-0.5 -bottom-0.5 size-3 rounded-full border-2 border-canvas ${isOnline ? "bg-success forced-colors:bg-[CanvasText] forced-color-adjust-none" : "bg-line-strong"}`}
        />
      )}
    </span>
  );
}

/** The same ground for the same name everywhere. */
function groundOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return grounds[sum % grounds.length] ?? grounds[0];
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
