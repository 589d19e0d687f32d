import type { Lesson } from "@tidemark/api/contracts";
import { Badge } from "../../ui/badge.tsx";

export interface AboutLessonProps {
  readonly lesson: Pick<Lesson, "description" | "tags">;
  /** Where it stands beside other things, a long description is cut. */
  readonly isShort?: boolean;
}

/** What its host says about a lesson. */
export function AboutLesson({ lesson: { description, tags }, isShort = false }: AboutLessonProps) {
  return (
    <>
      {/* Each of its lines from the side that its language begins at. */}
      <p
        className={`text-sm [overflow-wrap:anywhere] text-pretty whitespace-pre-line [unicode-bidi:plaintext] empty:hidden ${isShort ? "line-clamp-6" : ""}`}
      >
        {description}
      </p>
      <p className="mt-2 flex flex-wrap gap-1 empty:hidden">
        {tags.map((tag) => (
          <Badge key={tag} className="max-w-full">
            {tag}
          </Badge>
        ))}
      </p>
    </>
  );
}
