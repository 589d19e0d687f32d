/** Entry for servers: routers, the sync engine, and the ports that a server fills. */
export type { AuthenticatedUser, AuthOperations } from "./auth/auth-operations.ts";
export {
  REFRESH_COOKIE,
  type LoginInput,
  type LogoutInput,
  type PublicUser,
  type RegisterInput,
  type Session,
  type SocketTicketAnswer,
  type UpdateProfileInput,
} from "./auth/auth-contract.ts";
export type { ChatOperations } from "./chat/chat-operations.ts";
export type {
  ChatDeleteArgs,
  ChatEditArgs,
  ChatHistoryInput,
  ChatHistoryOutput,
  ChatMessage,
  ChatSendArgs,
} from "./chat/chat-contract.ts";
export { isFurther, readMarkId, type ChatMarkReadArgs, type ReadMark, type ReadPosition } from "./chat/read-marks.ts";
export { errorCatalogue, TidemarkError, type ErrorCode } from "./errors.ts";
export type { LessonsOperations } from "./lessons/lessons-operations.ts";
export {
  lessonScope,
  MAX_TAGS,
  type AcceptInviteInput,
  type InviteInput,
  type Lesson,
  type LessonCancelInput,
  type LessonCreateInput,
  type LessonDetails,
  type LessonRescheduleInput,
  type LessonRole,
  type LessonsListInput,
  type LessonsListOutput,
  type LessonSummary,
  type LessonUpdateArgs,
  type Participant,
  type RemoveParticipantInput,
  type SetRoleInput,
} from "./lessons/lessons-contract.ts";
export { lessonRules, type LessonRule } from "./lessons/lessons-abilities.ts";
export type { OnlineStatus, OnlineStatusInput } from "./presence/presence-contract.ts";
export type { PresenceOperations } from "./presence/presence-operations.ts";
export { appRouter, callProcedure, type AppRouter } from "./router.ts";
export { createSyncRouter, type SyncRouterDeps } from "./sync/create-sync-router.ts";
export type { SignText } from "./sync/cursor.ts";
export { formatSyncError } from "./sync/format-sync-error.ts";
export type { OperationCall, OperationHandler, OperationHandlers } from "./sync/operation-handlers.ts";
export type { ParkedFailure } from "./sync/push.ts";
export { createSyncEngine, type SyncEngine, type SyncEngineDeps } from "./sync/sync-engine.ts";
export type { FieldAuthor, FieldMark } from "./sync/field-merge.ts";
export type { SyncOperations } from "./sync/sync-operations.ts";
export type { PolicyDecision, SyncPolicy, SyncUser } from "./sync/sync-policy.ts";
export { pullInput, pushInput } from "./sync/sync-protocol.ts";
export type { PullInput, PullOutput, PushInput, PushOperation, PushOutput, SyncChange } from "./sync/sync-protocol.ts";
export type {
  DeviceCheckpoint,
  DeviceProgress,
  RetiredDevice,
  IndexedRow,
  NewVerdict,
  ParkedOperation,
  ParkedPosition,
  ReadableScope,
  RowChange,
  ScopePosition,
  ScopeVersion,
  StoredVerdict,
  SyncReadTransaction,
  SyncStore,
  SyncWriteTransaction,
  WindowQuery,
} from "./sync/sync-store.ts";
export { describeError, type CallLimits, type RequestContext, type Services } from "./trpc.ts";
export { tidemarkContract, type TidemarkContract } from "./tidemark-contract.ts";
export { createOpenApiDocument, type OpenApiDocument } from "./rest/openapi-document.ts";
export { listRestRoutes, takesBody, type RestRoute } from "./rest/rest-routes.ts";
export { createJsonSchemas, schemasByProcedure } from "./rest/json-schemas.ts";
