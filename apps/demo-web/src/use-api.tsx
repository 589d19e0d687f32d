import { createContext, useContext, type ReactNode } from "react";
import type { ApiClient } from "./api-client.ts";

const ApiContext = createContext<ApiClient | null>(null);

export function ApiProvider({ api, children }: { readonly api: ApiClient; readonly children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

/** Calls as the signed-in person, for what needs the server at once; everything else goes through the sync client. */
export function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (api === null) throw new TypeError("useApi needs an ApiProvider above it.");
  return api;
}
