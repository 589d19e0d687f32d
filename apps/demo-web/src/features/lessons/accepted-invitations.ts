/** Which invitations a person has accepted on this device, and where they led. */
export interface AcceptedInvitations {
  /** The lesson's id; `undefined` for an invitation that was not accepted here. */
  lessonOf(token: string): string | undefined;
  add(token: string, lessonId: string): void;
}

/**
 * In `localStorage`: the link is opened again after a reload, from the mail or by Back, also without a network. Where the
 * browser refuses, the person is asked once more, and the server answers the same lesson.
 */
export function createAcceptedInvitations(deps: {
  readonly storage: Storage | undefined;
  readonly userId: string;
}): AcceptedInvitations {
  const { storage, userId } = deps;
  // An accepted token lets nobody in any more.
  const keyOf = (token: string) => `tidemark:accepted:${userId}:${token}`;
  return {
    lessonOf: (token) => storage?.getItem(keyOf(token)) ?? undefined,
    add(token, lessonId) {
      try {
        storage?.setItem(keyOf(token), lessonId);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
      }
    },
  };
}
