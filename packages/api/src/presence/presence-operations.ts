import type { AuthenticatedUser } from "../auth/auth-operations.ts";
import type { OnlineStatus, OnlineStatusInput } from "./presence-contract.ts";

export interface PresenceOperations {
  /**
   * Who of these is here now, told only of oneself and of people in one's lessons: for all others the answer is no, as
   * for ids that nobody has.
   */
  onlineStatus(user: AuthenticatedUser, input: OnlineStatusInput): Promise<OnlineStatus>;
}
