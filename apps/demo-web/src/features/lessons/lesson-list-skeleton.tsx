import { Skeleton } from "../../ui/skeleton.tsx";

const WIDTHS = ["w-48", "w-36", "w-56"] as const;

/** The shape of a list of lessons; `label` is what a screen reader hears. */
export function LessonListSkeleton({ label }: { readonly label: string }) {
  return (
    <output className="block">
      <span className="sr-only">{label}</span>
      <Skeleton className="pulse-slowly mt-1 mb-3 h-3 w-20" />
      <span className="block overflow-hidden rounded-lg border border-line bg-surface shadow-card">
        {WIDTHS.map((width) => (
          <span
            key={width}
            className="flex items-center gap-4 border-line px-3 py-3 sm:px-4 not-last:border-b"
            aria-hidden="true"
          >
            <Skeleton className="pulse-slowly size-12 rounded-md" />
            <span className="pulse-slowly space-y-2">
              <Skeleton className={`h-4 ${width}`} />
              <Skeleton className="h-3 w-24" />
            </span>
          </span>
        ))}
      </span>
    </output>
  );
}
