import type { ContractRows, EntityName, OperationName, SyncContract } from "@tidemark/api/contracts";
import type { SyncClient } from "../sync.ts";

/**
 * Tells the hooks which contract the app uses, once:
 *
 * @example
 * declare module "@tidemark/sync-client/react" {
 *   interface Register { contract: typeof contract }
 * }
 */
export interface Register {}

export type RegisteredContract = Register extends { readonly contract: infer Contract } ? Contract : SyncContract;
export type RegisteredClient = SyncClient<RegisteredContract>;
export type RegisteredEntity = EntityName<RegisteredContract>;
export type RegisteredOperation = OperationName<RegisteredContract>;
export type RegisteredRow<Name extends RegisteredEntity> = ContractRows<RegisteredContract>[Name];
