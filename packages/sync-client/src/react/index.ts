export { useDeadLetters, useLive, useMutation, useOutbox, useSyncStatus } from "./hooks.ts";
export type { Register, RegisteredClient, RegisteredContract } from "./register.ts";
export { SyncProvider, useSync } from "./sync-provider.ts";
