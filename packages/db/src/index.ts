export { createIdentityStore, type Identity, type IdentityKey, type IdentityStore } from "./auth/identity-store.ts";
export {
  createSessionStore,
  type NewSession,
  type Session,
  type SessionRotation,
  type SessionStore,
} from "./auth/session-store.ts";
export { createSocketTicketStore, type SocketTicket, type SocketTicketStore } from "./auth/socket-ticket-store.ts";
export { createUserStore, type User, type UserStore } from "./auth/user-store.ts";
export { createChatStore, type ChatStore, type NewChatMessage, type StoredChatMessage } from "./chat/chat-store.ts";
export { createReadMarkStore, type NewReadMark, type ReadMarkStore } from "./chat/read-mark-store.ts";
export { DataFolderLockedError } from "./engine/data-folder-lock.ts";
export type { Database, DatabaseHandle, TransactionOptions } from "./engine/database.ts";
export { openDatabase, type OpenDatabaseOptions } from "./engine/open-database.ts";
export {
  createInvitationStore,
  type Invitation,
  type InvitationStore,
  type NewInvitation,
} from "./lessons/invitation-store.ts";
export {
  createLessonStore,
  type LessonStore,
  type LessonUpdate,
  type NewLesson,
  type StoredLesson,
  type StoredLessonSummary,
} from "./lessons/lesson-store.ts";
export type { LessonAndUser, Membership } from "./lessons/participant-store.ts";
export { migrateDatabase } from "./migrate-database.ts";
export { readSyncDepth, type SyncDepth } from "./sync/sync-depth.ts";
export { renewEpoch } from "./sync/sync-epoch.ts";
export { createSyncStore } from "./sync/sync-store.ts";
