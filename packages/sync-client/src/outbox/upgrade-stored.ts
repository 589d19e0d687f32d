import { prepareOperation, upgradeOperation } from "@tidemark/api/contracts";
import type { RuntimeContract } from "../contract.ts";
import { refuse, SyncClientError } from "../errors.ts";
import type { StoredOperation } from "../storage/sync-storage.ts";

/**
 * An operation that an older app queued, as this one would have: same id, same key. Where the contract has no way for
 * it, or its schema does not take what comes out, it is retired, which a newer app may undo.
 */
export async function upgradeStored(
  { contract, reportError }: { readonly contract: RuntimeContract; readonly reportError: (error: unknown) => void },
  operation: StoredOperation,
): Promise<StoredOperation> {
  const { name, args, parsed: _old, retired, contractVersion, ...envelope } = operation;
  if (retired === "discarded" || contractVersion === contract.version) return operation;
  try {
    const content = upgradeOperation(contract, { name, args }, contractVersion);
    if (content !== null) {
      const prepared = await prepareOperation(contract, content, refuse);
      return { ...envelope, ...prepared, contractVersion: contract.version };
    }
  } catch (error) {
    if (!(error instanceof SyncClientError)) reportError(error);
  }
  return { ...operation, retired: "too-old" };
}
