import type { Session } from "@tidemark/api/contracts";

/** The server's side of signing in, as this app calls it. Rejections are tRPC client errors. */
export interface AuthApi {
  login(credentials: { readonly email: string; readonly password: string }): Promise<Session>;
  refresh(refreshToken: string): Promise<Session>;
  logout(accessToken: string): Promise<void>;
}
