import type { Observable } from "@tidemark/sync-client";
import { useCallback, useSyncExternalStore } from "react";

/** The value of anything with `get` and `subscribe`, kept live. */
export function useObservable<Value>(observable: Observable<Value>): Value {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable]);
  return useSyncExternalStore(subscribe, () => observable.get());
}
