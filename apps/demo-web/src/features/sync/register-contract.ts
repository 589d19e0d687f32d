import type { TidemarkContract } from "@tidemark/api/contracts";

// Types the hooks of the sync client by our contract, everywhere.
declare module "@tidemark/sync-client/react" {
  interface Register {
    contract: TidemarkContract;
  }
}
