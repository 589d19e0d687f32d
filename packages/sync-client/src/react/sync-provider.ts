import { createContext, createElement, useContext, type ReactNode } from "react";
import { SyncClientError } from "../errors.ts";
import type { RegisteredClient } from "./register.ts";

const SyncContext = createContext<RegisteredClient | null>(null);

/** Gives the hooks below it their client; the app creates and stops it. */
export function SyncProvider(props: { readonly sync: RegisteredClient; readonly children?: ReactNode }) {
  return createElement(SyncContext.Provider, { value: props.sync }, props.children);
}

/**
 * The client of the nearest provider.
 * @throws SyncClientError `NO_PROVIDER` outside of one
 */
export function useSync(): RegisteredClient {
  const sync = useContext(SyncContext);
  if (sync === null) throw new SyncClientError("NO_PROVIDER", "Wrap the app in <SyncProvider sync={…}>.");
  return sync;
}
