import { Link } from "@tanstack/react-router";
import { EmptyState } from "./empty-state.tsx";
import { usePageTitle } from "./page-title.ts";

export function NotFoundPage() {
  usePageTitle("Not found");
  return (
    <main className="flex flex-1 flex-col justify-center">
      <EmptyState
        headingLevel={1}
        title="There is no page here"
        actions={
          <Link to="/" className="font-medium text-accent hover:underline">
            All lessons
          </Link>
        }
      >
        The address may have a typing error, or what it named is gone.
      </EmptyState>
    </main>
  );
}
