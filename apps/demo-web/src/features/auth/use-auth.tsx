import { createContext, useContext, type ReactNode } from "react";
import { useObservable } from "../../ui/use-observable.ts";
import type { AuthSession, AuthState } from "./auth-session.ts";

const AuthContext = createContext<AuthSession | null>(null);

export function AuthProvider({ auth, children }: { readonly auth: AuthSession; readonly children: ReactNode }) {
  return <AuthContext value={auth}>{children}</AuthContext>;
}

export function useAuth(): { readonly auth: AuthSession; readonly state: AuthState } {
  const auth = useContext(AuthContext);
  if (auth === null) throw new TypeError("useAuth needs an AuthProvider above it.");
  return { auth, state: useObservable(auth) };
}

/** The id of whoever is signed in; empty in the moment in which they sign out. */
export function useUserId(): string {
  const { state } = useAuth();
  return state.status === "signed-out" ? "" : state.user.id;
}
