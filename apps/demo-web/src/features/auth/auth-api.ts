import type { RegisterInput, Session } from "@tidemark/api/contracts";

/** The server's side of signing in, as this app calls it. Rejections are tRPC client errors. */
export interface AuthApi {
  login(credentials: { readonly email: string; readonly password: string }): Promise<Session>;
  /** Makes the account and signs it in. */
  register(account: RegisterInput): Promise<Session>;
  refresh(refreshToken: string): Promise<Session>;
  /** Ends the session of the token, or with `everywhere` all sessions of its person. */
  logout(accessToken: string, options?: { readonly everywhere: boolean }): Promise<void>;
}
