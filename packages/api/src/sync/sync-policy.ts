import type { ReadableScope } from "./sync-store.ts";

export interface SyncUser {
  readonly id: string;
}

export type PolicyDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: "FORBIDDEN" | "NOT_FOUND"; readonly message: string };

/** Who may do and see what; the engine asks for every operation and every pull. */
export interface SyncPolicy<Tx> {
  /**
   * Decides inside the operation's transaction. What it reads it must lock (`FOR KEY SHARE`), so that a revocation either
   * comes first or waits for the commit.
   */
  authorize(request: {
    readonly tx: Tx;
    readonly user: SyncUser;
    readonly operation: string;
    readonly args: unknown;
  }): Promise<PolicyDecision>;
  /** Every scope that the user may read in this snapshot. */
  readableScopes(request: { readonly tx: Tx; readonly user: SyncUser }): Promise<readonly ReadableScope[]>;
}
