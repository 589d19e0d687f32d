export type { SyncTrpcClient } from "./connection/transport.ts";
export { createSync, type SyncOptions } from "./create-sync.ts";
export { SyncClientError, type SyncClientErrorCode } from "./errors.ts";
export { newId } from "./ids.ts";
export type {
  DeadLetter,
  DeadLetters,
  IndexRange,
  LiveQuery,
  LiveRow,
  LiveRows,
  Mutator,
  Mutators,
  Observable,
  OperationId,
  QueuedOperation,
  RowQuery,
  RowState,
  ScopeSubscription,
  StorageUse,
  SyncActivity,
  SyncClient,
  SyncStatus,
  WaitReason,
} from "./sync.ts";
