import * as z from "zod";
import { errorCodes } from "../errors.ts";
import { uuid, uuidv7 } from "../values.ts";
import { DEFAULT_PULL_LIMIT, MAX_PULL_LIMIT, MAX_PUSH_OPERATIONS, MAX_REPLACED_DEVICES } from "./sync-limits.ts";

const errorCode = z.enum(errorCodes);
const contractVersion = z.strictObject({ name: z.string().min(1).max(100), version: z.int().positive() });
const sequence = z.int().positive();

export const pushOperation = z.strictObject({
  /** Unique per operation and stable over retries; deduplicated per user. */
  id: uuidv7,
  /** The device's gapless count, from 1. */
  seq: sequence,
  name: z.string().min(1).max(100),
  /** Checked against the contract by the engine: whatever is wrong in here is a verdict, not a refused push. */
  args: z.unknown(),
  /** When the device queued it, by the device's clock; orders nothing. */
  at: z.iso.datetime({ offset: true }),
  /** The entity's version as last pulled. */
  base: z.int().nonnegative().optional(),
  /** Consecutive operations of one group are applied as one unit. */
  group: uuid.optional(),
  /**
   * Its place in the queue that it was first in, where that was another device's: what has its verdict there has no second
   * effect, also where that verdict is confirmed and forgotten.
   */
  origin: z.strictObject({ deviceId: uuid, seq: sequence }).optional(),
});

export const pushInput = z.strictObject({
  deviceId: uuid,
  contract: contractVersion.optional(),
  /** Every verdict up to this sequence number is stored on the device. */
  ackSeq: z.int().nonnegative().optional(),
  /**
   * The epoch that the device knows, once it knows one. Another than the server's is `RESET_REQUIRED`: a push that was
   * under way when a backup was restored must not be taken for a new one.
   */
  epoch: z.string().max(100).optional(),
  /**
   * The ids that the device had before, until one of its pushes was answered: the server retires them, so that a push
   * that is still under way by one of them is not taken for a new one.
   */
  replaces: z.array(uuid).max(MAX_REPLACED_DEVICES).optional(),
  /** What is still queued on the device after this batch. */
  pending: z.int().nonnegative().optional(),
  ops: z.array(pushOperation).max(MAX_PUSH_OPERATIONS),
});

const verdictError = z.object({ code: errorCode, message: z.string() });
// Optional, because that is what `unknown` becomes in the types of a tRPC client; a conflict always carries it.
const verdictConflict = z.object({ strategy: z.string(), server: z.unknown().optional() });

/** The first and only result of an operation. */
export const operationVerdict = z.object({
  id: z.string(),
  seq: sequence,
  status: z.enum(["applied", "merged", "rejected", "parked"]),
  error: verdictError.optional(),
  conflict: verdictConflict.optional(),
});

/** An operation that had its verdict before; `of` is that verdict until a device has confirmed it by `ackSeq`. */
export const duplicateResult = z.object({
  id: z.string(),
  seq: sequence,
  status: z.literal("duplicate"),
  of: operationVerdict.optional(),
});

export const operationResult = z.discriminatedUnion("status", [operationVerdict, duplicateResult]);

export const pushOutput = z.object({
  /** Names the database's history; another epoch means another history. */
  epoch: z.string(),
  /** The last sequence number of this device that has its verdict. */
  lastSeq: z.int().nonnegative(),
  results: z.array(operationResult),
});

export const pullInput = z.strictObject({
  deviceId: uuid,
  contract: contractVersion.optional(),
  ackSeq: z.int().nonnegative().optional(),
  /** `null` pulls from nothing. */
  cursor: z.string().max(1_000_000).nullable(),
  /** Absent: every scope that the user may read now. A name that no scope can have is one that the user may not read. */
  scopes: z.array(z.string().max(200)).max(10_000).optional(),
  limit: z.int().min(1).max(MAX_PULL_LIMIT).default(DEFAULT_PULL_LIMIT),
});

export const syncChange = z.object({
  scope: z.string(),
  entity: z.string(),
  id: z.string(),
  /** Grows by one per change of the scope. */
  version: z.int().positive(),
  /** The whole row, or `null` for a deletion. */
  value: z.record(z.string(), z.unknown()).nullable(),
});

export const pullOutput = z.object({
  epoch: z.string(),
  /** The device's last sequence number with a verdict, in the same snapshot as the changes. */
  lastSeq: z.int().nonnegative(),
  cursor: z.string(),
  hasMore: z.boolean(),
  /** Scopes that the user lost; purge them before applying `changes`. */
  removedScopes: z.array(z.string()),
  /** In version order within a scope. */
  changes: z.array(syncChange),
});

export type PushOperation = z.infer<typeof pushOperation>;
export type PushInput = z.infer<typeof pushInput>;
export type PushOutput = z.infer<typeof pushOutput>;
export type OperationVerdict = z.infer<typeof operationVerdict>;
export type OperationResult = z.infer<typeof operationResult>;
export type PullInput = z.infer<typeof pullInput>;
/** What a caller sends; `limit` may be left out. */
export type PullRequest = z.input<typeof pullInput>;
export type PullOutput = z.infer<typeof pullOutput>;
export type SyncChange = z.infer<typeof syncChange>;
