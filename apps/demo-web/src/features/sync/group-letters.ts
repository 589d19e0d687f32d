import type { DeadLetter } from "@tidemark/sync-client";

export interface LetterGroup {
  /** What was refused for a reason of its own: the person decides about it. */
  readonly root: DeadLetter;
  /** What could not stay without it and shares its fate, oldest first. */
  readonly fallen: readonly DeadLetter[];
}

/** The letters as decisions: one for each group. */
export function groupLetters(letters: readonly DeadLetter[]): readonly LetterGroup[] {
  return [...Map.groupBy(letters, ({ group }) => group).values()].flatMap((group) => {
    const root = group.find(({ causedBy }) => causedBy === undefined) ?? group[0];
    return root === undefined ? [] : [{ root, fallen: group.filter((letter) => letter !== root) }];
  });
}
