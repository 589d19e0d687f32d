/** Every table, for drizzle and for the generation of migrations. */
export { identities } from "./auth/identity-tables.ts";
export { sessions } from "./auth/session-tables.ts";
export { socketTickets } from "./auth/socket-ticket-tables.ts";
export { users } from "./auth/user-tables.ts";
export { chatMessages, readMarks } from "./chat/chat-tables.ts";
export { invitations } from "./lessons/invitation-tables.ts";
export { grantNumbers, lessons, participants } from "./lessons/lesson-tables.ts";
export {
  syncChanges,
  syncDevices,
  syncEpoch,
  syncParkedOperations,
  syncScopes,
  syncVerdicts,
} from "./sync/sync-tables.ts";
