import type {
  AnySyncContract,
  ContractOptions,
  OperationContext,
  OptimisticTransaction,
  StandardSchema,
  SyncRow,
} from "@tidemark/api/contracts";

/** A row as the core sees it, whatever its entity. */
export type Row = SyncRow & Readonly<Record<string, unknown>>;

export interface RuntimeOperation {
  readonly args: StandardSchema;
  readonly optimistic?: (
    tx: OptimisticTransaction<Record<string, SyncRow>>,
    args: unknown,
    context: OperationContext,
  ) => void;
}

/** A contract without its types: the core is generic over all of them. */
export interface RuntimeContract extends ContractOptions {
  readonly name: string;
  readonly version: number;
  readonly entities: Readonly<
    Record<string, { readonly indexes?: Readonly<Record<string, readonly string[]>> | undefined }>
  >;
  readonly operations: Readonly<Record<string, RuntimeOperation>>;
}

/** `defineSyncContract` has checked these members; `AnySyncContract` only hides them to accept every contract. */
export const readContract = (contract: AnySyncContract): RuntimeContract => contract as RuntimeContract;
