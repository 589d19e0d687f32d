/** Browser-safe entry: schemas, types and the sync contract; nothing but Zod behind it. */
export {
  publicUser,
  session,
  loginInput,
  registerInput,
  updateProfileInput,
  MAX_NAME_LENGTH,
  MIN_PASSWORD_LENGTH,
  type PublicUser,
  type Session,
  type LoginInput,
  type RegisterInput,
  type UpdateProfileInput,
} from "./auth/auth-contract.ts";
export {
  chatMessage,
  chatSendArgs,
  chatEditArgs,
  chatDeleteArgs,
  MAX_MESSAGE_LENGTH,
  type ChatMessage,
} from "./chat/chat-contract.ts";
export {
  chatMarkReadArgs,
  isFurther,
  isRead,
  readMark,
  readMarkId,
  type ReadMark,
  type ReadPosition,
} from "./chat/read-marks.ts";
export { errorCatalogue, type ErrorCode } from "./errors.ts";
export { createIds } from "./ids.ts";
export {
  lesson,
  lessonRole,
  lessonScope,
  lessonUpdateArgs,
  participant,
  type InvitationPreview,
  type Lesson,
  type LessonDetails,
  type LessonRole,
  type LessonSummary,
  type LessonUpdateArgs,
  type Participant,
} from "./lessons/lessons-contract.ts";
export { lessonRules, type LessonRule } from "./lessons/lessons-abilities.ts";
export {
  prepareOperation,
  type PreparationCode,
  type PreparedOperation,
  type Refuse,
} from "./sync/prepare-operation.ts";
export { readSyncError, type SyncErrorAnswer } from "./sync/read-sync-error.ts";
export { describeIssues, type StandardSchema } from "./sync/standard-schema.ts";
export {
  defineSyncContract,
  type AnySyncContract,
  type ConflictStrategy,
  type ContractOptions,
  type ContractRows,
  type EntityName,
  type EntityRow,
  type OperationArgs,
  type OperationContext,
  type OperationInput,
  type OperationName,
  type OptimisticTransaction,
  type SyncContract,
  type SyncRow,
} from "./sync/sync-contract.ts";
export {
  byteLength,
  DEFAULT_PULL_LIMIT,
  MAX_OPERATION_BYTES,
  MAX_PULL_LIMIT,
  MAX_PUSH_BYTES,
  MAX_PUSH_OPERATIONS,
  MAX_REPLACED_DEVICES,
} from "./sync/sync-limits.ts";
export type {
  OperationResult,
  OperationVerdict,
  PullOutput,
  PullRequest,
  PushInput,
  PushOperation,
  PushOutput,
  SyncChange,
} from "./sync/sync-protocol.ts";
export {
  upgradeOperation,
  type OperationContent,
  type OperationUpgrade,
  type OperationUpgrades,
} from "./sync/upgrade-operation.ts";
// The types are parts of every contract's: an app that emits declarations must be able to name them.
export {
  userScope,
  type SystemIndexes,
  type SystemOperationSchemas,
  type SystemSchemas,
} from "./sync/system-contract.ts";
export { tidemarkContract, type TidemarkContract } from "./tidemark-contract.ts";
