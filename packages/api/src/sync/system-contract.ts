import * as z from "zod";

/**
 * Rows that the engine itself keeps in each person's own scope, whatever the contract: what they lost in a conflict, and
 * verdicts that came after the device had gone on.
 */
export const conflictRow = z.object({
  id: z.string(),
  entity: z.string(),
  entityId: z.string(),
  field: z.string(),
  /** The value that did not stay. */
  lost: z.unknown(),
  won: z.unknown(),
  /** Whose value stayed: a user id. */
  by: z.string(),
  /** The server's time. */
  at: z.string(),
});

export const verdictRow = z.object({
  /** The operation's id. */
  id: z.string(),
  deviceId: z.string(),
  seq: z.number(),
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export const conflictDismissArgs = z.strictObject({ id: z.string().min(1).max(100) });

/** The scope that only this person reads. */
export const userScope = (userId: string): string => `user:${userId}`;

export type SystemSchemas = {
  readonly conflict: typeof conflictRow;
  readonly verdict: typeof verdictRow;
};
export type SystemOperationSchemas = {
  readonly "conflict.dismiss": typeof conflictDismissArgs;
};
export type SystemIndexes = {
  readonly conflict: { readonly byTime: readonly ["at"] };
};
export type SystemOperationName = keyof SystemOperationSchemas;

/** Rows of a person's own scope name no scope themselves; the engine writes them with it. */
const ownScope = () => {
  throw new TypeError("Rows of the engine's own entities are recorded by the engine, not by handlers.");
};

export const systemEntities = {
  conflict: { schema: conflictRow, scopeOf: ownScope, indexes: { byTime: ["at"] } },
  verdict: { schema: verdictRow, scopeOf: ownScope },
} as const;

export const systemOperations = {
  "conflict.dismiss": {
    args: conflictDismissArgs,
    optimistic: (tx: { delete(entity: "conflict", id: string): void }, args: { readonly id: string }) =>
      tx.delete("conflict", args.id),
  },
} as const;
