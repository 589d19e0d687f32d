import type {
  LoginInput,
  LogoutInput,
  PublicUser,
  RegisterInput,
  Session,
  SocketTicketAnswer,
  UpdateProfileInput,
} from "./auth-contract.ts";

/** Who makes a call, as proved by their access token. */
export interface AuthenticatedUser {
  readonly id: string;
  /** The session (token family) that the access token belongs to. */
  readonly sessionId: string;
}

export interface AuthOperations {
  /**
   * Makes an account and signs it in.
   * @throws TidemarkError `CONFLICT` for an address that has an account.
   */
  register(input: RegisterInput): Promise<Session>;
  /** @throws TidemarkError `UNAUTHORIZED` for an unknown address and a wrong password alike. */
  login(input: LoginInput): Promise<Session>;
  /**
   * Rotates a refresh token. Used again within 30 s while its successor is unused, it answers the same successor; any
   * other reuse revokes the whole family.
   * @throws TidemarkError `UNAUTHORIZED`
   */
  refresh(refreshToken: string): Promise<Session>;
  /** Ends this session, or all of the person's. */
  logout(user: AuthenticatedUser, input: LogoutInput): Promise<void>;
  me(user: AuthenticatedUser): Promise<PublicUser>;
  /** Another name, in every lesson that the person is in too, on every device. */
  updateProfile(user: AuthenticatedUser, input: UpdateProfileInput): Promise<PublicUser>;
  /** A proof for the URL of one socket: works once, within 30 s. */
  wsTicket(user: AuthenticatedUser): Promise<SocketTicketAnswer>;
}
