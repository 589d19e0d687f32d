export {
  createSessionStore,
  type NewSession,
  type Session,
  type SessionRotation,
  type SessionStore,
} from "./auth/session-store.ts";
export { createUserStore, type User, type UserStore } from "./auth/user-store.ts";
export { createChatStore, type ChatStore, type NewChatMessage, type StoredChatMessage } from "./chat/chat-store.ts";
export { DataFolderLockedError } from "./engine/data-folder-lock.ts";
export type { Database, DatabaseHandle, TransactionOptions } from "./engine/database.ts";
export { migrateDatabase } from "./engine/migrate.ts";
export { openDatabase, type OpenDatabaseOptions } from "./engine/open-database.ts";
export { createLessonStore, type LessonStore, type Membership } from "./lessons/lesson-store.ts";
export { renewEpoch } from "./sync/sync-epoch.ts";
export { createSyncStore } from "./sync/sync-store.ts";
