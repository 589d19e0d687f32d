/** What a person has begun to write, kept over reloads, updates and crashes; one draft a person and lesson. */
export interface DraftStore {
  read(lessonId: string): string;
  /** Writes through at once; an empty text removes the draft. */
  write(lessonId: string, text: string): void;
}

/**
 * Drafts in `localStorage`: written in the same tick as the key press, so no reload can come between. Where the browser
 * refuses (private mode, full storage) drafts last as long as the page.
 */
export function createDraftStore(deps: { readonly storage: Storage | undefined; readonly userId: string }): DraftStore {
  const { storage, userId } = deps;
  const unsaved = new Map<string, string>();
  const keyOf = (lessonId: string) => `tidemark:draft:${userId}:${lessonId}`;

  return {
    read: (lessonId) => unsaved.get(lessonId) ?? storage?.getItem(keyOf(lessonId)) ?? "",
    write(lessonId, text) {
      try {
        if (text === "") storage?.removeItem(keyOf(lessonId));
        else storage?.setItem(keyOf(lessonId), text);
        if (storage === undefined && text !== "") unsaved.set(lessonId, text);
        else unsaved.delete(lessonId);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        unsaved.set(lessonId, text);
      }
    },
  };
}
