import type { Observable } from "./sync.ts";

export interface Cell<Value> extends Observable<Value> {
  set(value: Value): void;
}

/** A value with listeners; setting what it already holds tells nobody. */
export function createCell<Value>(initial: Value): Cell<Value> {
  const listeners = createListeners();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      if (value === current) return;
      current = value;
      listeners.notify();
    },
    subscribe: listeners.subscribe,
  };
}

export interface Derived<Value> extends Observable<Value> {
  /** What it is computed from has changed. */
  invalidate(): void;
}

/** A value computed when asked for, and kept until it is invalidated. */
export function createDerived<Value extends object>(compute: () => Value): Derived<Value> {
  const listeners = createListeners();
  let cached: Value | undefined;
  return {
    get: () => (cached ??= compute()),
    invalidate() {
      cached = undefined;
      listeners.notify();
    },
    subscribe: listeners.subscribe,
  };
}

export interface Listeners {
  readonly subscribe: (listener: () => void) => () => void;
  readonly notify: () => void;
  readonly count: () => number;
}

export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    subscribe(call) {
      // Wrapped, so that one function subscribed twice counts twice and leaves once.
      const listener = () => call();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    notify() {
      for (const listener of Array.from(listeners)) {
        try {
          if (listeners.has(listener)) listener();
        } catch (error) {
          // The app's own fault, and no failure of what it was told of: reported as one of an event's listener is.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    count: () => listeners.size,
  };
}
