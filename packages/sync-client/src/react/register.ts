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
/** Without a contract no row has a type: the compiler then says what is missing. */
export type RegisteredEntity = Register extends { readonly contract: unknown }
  ? EntityName<RegisteredContract>
  : "declare your contract in `Register` of @tidemark/sync-client/react";
export type RegisteredOperation = OperationName<RegisteredContract>;
export type RegisteredRow<Name extends RegisteredEntity> = ContractRows<RegisteredContract>[Name];
