const WIDTHS = ["w-1/2", "w-2/5", "w-3/5"] as const;

/** Grey bars in the shape of what is loading; `label` is what a screen reader hears. */
export function SkeletonList({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <output className="block space-y-4 py-4">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="pulse-slowly flex items-center gap-3" aria-hidden="true">
          <Skeleton className="size-8 rounded-full" />
          <Skeleton className={`h-4 ${WIDTHS[row % WIDTHS.length] ?? WIDTHS[0]}`} />
        </div>
      ))}
    </output>
  );
}

/** One grey bar; its size comes from `className`. */
export function Skeleton({ className }: { readonly className: string }) {
  return <span className={`block rounded-sm bg-hover ${className}`} aria-hidden="true" />;
}
