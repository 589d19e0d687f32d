/** Grey bars in the shape of what is loading; `label` is what a screen reader hears. */
export function SkeletonList({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <output className="block space-y-4 py-4">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="pulse-slowly flex items-center gap-3" aria-hidden="true">
          <span className="size-8 rounded-full bg-hover" />
          <span className="h-4 rounded-sm bg-hover" style={{ width: `${[52, 38, 61][row % 3] ?? 50}%` }} />
        </div>
      ))}
    </output>
  );
}
