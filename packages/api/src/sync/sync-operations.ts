import type { AuthenticatedUser } from "../auth/auth-operations.ts";
import type { PullInput, PullOutput, PushInput, PushOutput } from "./sync-protocol.ts";

export interface SyncOperations {
  /**
   * Applies a device's operations in order, each exactly once in effect.
   * @throws TidemarkError `SEQUENCE_GAP`, `RESET_REQUIRED`, `FORBIDDEN` (another person's device), `CONTRACT_TOO_OLD`,
   * `UNAVAILABLE`; a refusal of one operation is its verdict and never thrown.
   */
  push(user: AuthenticatedUser, input: PushInput): Promise<PushOutput>;
  /**
   * Everything that changed since the cursor, of the scopes that the person may read now.
   * @throws TidemarkError `INVALID_CURSOR`, `RESET_REQUIRED`, `FORBIDDEN`, `CONTRACT_TOO_OLD`, `UNAVAILABLE`
   */
  pull(user: AuthenticatedUser, input: PullInput): Promise<PullOutput>;
}
