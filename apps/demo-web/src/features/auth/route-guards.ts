import type { AuthState } from "./auth-session.ts";

/** Where a signed-out person is sent from a page that is only for people signed in; `undefined` where they may stay. */
export function signInRedirect(state: AuthState, pathname: string) {
  if (state.status !== "signed-out") return undefined;
  return { to: "/", search: { next: pathname }, replace: true } as const;
}

/** Only pages of this app are worth returning to; anything else in `?next=` could lead people elsewhere. */
export function safeNext(next: unknown): { readonly next?: string } {
  return typeof next === "string" && /^\/(?:lessons\/[0-9a-f-]+|invite\/[\w.~-]+|settings)$/i.test(next)
    ? { next }
    : {};
}
