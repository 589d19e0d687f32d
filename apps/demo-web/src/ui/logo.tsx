/**
 * The line that high water left, above the waves; the word beside it goes where there is no room for it.
 * `public/icons/icon.svg` draws the same on a tile.
 */
export function Logo() {
  return (
    <span className="inline-flex h-6 min-w-0 flex-wrap content-start items-center gap-x-2 overflow-hidden leading-6 font-semibold tracking-tight">
      <svg
        viewBox="0 0 24 24"
        className="size-6"
        fill="none"
        strokeWidth="2.25"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M4 8h16" className="stroke-accent" />
        <path d="M4 13.5c2 0 2-1.5 4-1.5s2 1.5 4 1.5 2-1.5 4-1.5 2 1.5 4 1.5" className="stroke-ink" />
        <path d="M4 18.5c2 0 2-1.5 4-1.5s2 1.5 4 1.5 2-1.5 4-1.5 2 1.5 4 1.5" className="stroke-muted" />
      </svg>
      Tidemark
    </span>
  );
}
