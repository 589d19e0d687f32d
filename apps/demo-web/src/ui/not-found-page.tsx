import { Link } from "@tanstack/react-router";
import { useTexts } from "../i18n/use-texts.tsx";
import { buttonClasses } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { SearchIcon } from "./icons.tsx";
import { Page } from "./page.tsx";

export function NotFoundPage() {
  const texts = useTexts("ui");
  return (
    <Page title={texts.notFound} className="flex flex-col justify-center">
      <EmptyState
        headingLevel={1}
        icon={<SearchIcon />}
        title={texts.notFoundTitle}
        actions={
          <Link to="/" className={buttonClasses("primary")}>
            {texts.allLessons}
          </Link>
        }
      >
        {texts.notFoundText}
      </EmptyState>
    </Page>
  );
}
