import type { OperationInput } from "@tidemark/api/contracts";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { DeadLetters, LiveRows, Mutator, Observable, QueuedOperation, RowQuery, SyncStatus } from "../sync.ts";
import type { RegisteredContract, RegisteredEntity, RegisteredOperation, RegisteredRow } from "./register.ts";
import { useSync } from "./sync-provider.ts";

/**
 * The rows of a query, kept live. The query is compared by value, so an inline object does not subscribe anew; its
 * `where` by identity: define it outside of the component, or keep it with `useCallback`.
 */
export function useLive<Name extends RegisteredEntity>(
  entity: Name,
  query: RowQuery<RegisteredContract, Name> = {},
): LiveRows<RegisteredRow<Name>> {
  const sync = useSync();
  // What JSON cannot say; a limit may be infinite.
  const { limit = Infinity, where } = query;
  const key = JSON.stringify(query);
  const live = useMemo(() => {
    const values = JSON.parse(key) as RowQuery<RegisteredContract, Name>;
    return sync.query(entity, { ...values, limit, ...(where && { where }) });
  }, [sync, entity, key, limit, where]);
  return useSyncExternalStore(live.subscribe, live.get, noRows<RegisteredRow<Name>>);
}

export function useSyncStatus(): SyncStatus {
  return useObservable(useSync().status, SERVER_STATUS);
}

/** Operations that are not confirmed yet, oldest first. */
export function useOutbox(): readonly QueuedOperation[] {
  return useObservable(useSync().outbox, NOTHING);
}

/** Refused operations with what a person can do about them. */
export function useDeadLetters(): {
  readonly items: ReturnType<DeadLetters["get"]>;
} & Pick<DeadLetters, "retry" | "edit" | "discard"> {
  const { deadLetters } = useSync();
  const items = useObservable(deadLetters, NOTHING);
  return useMemo(() => {
    const { retry, edit, discard } = deadLetters;
    return { items, retry, edit, discard };
  }, [deadLetters, items]);
}

/** Queues an operation; the function is the same one in every render. */
export function useMutation<Name extends RegisteredOperation>(name: Name): Mutator<RegisteredContract, Name> {
  const sync = useSync();
  return useCallback((args: OperationInput<RegisteredContract, Name>) => sync.enqueue(name, args), [sync, name]);
}

function useObservable<Value>(observable: Observable<Value>, onServer: Value): Value {
  return useSyncExternalStore(observable.subscribe, observable.get, () => onServer);
}

/** What a server renders, where there is no local data: the same objects each time, as React asks. */
const NOTHING: readonly never[] = [];
const noRows = <Row>(): LiveRows<Row> => NOTHING;
const SERVER_STATUS: SyncStatus = {
  state: "pending",
  pending: 0,
  oldestPendingAt: null,
  reason: "none",
  lastSyncedAt: null,
  isLeader: false,
  deadLetters: 0,
  storage: null,
};
