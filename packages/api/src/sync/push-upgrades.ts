import { TidemarkError } from "../errors.ts";
import { splitUnits } from "./push-units.ts";
import { groupFailed } from "./push-verdicts.ts";
import type { PushInput, PushOperation } from "./sync-protocol.ts";
import type { SyncContract } from "./sync-contract.ts";
import { upgradeOperation, type OperationContent } from "./upgrade-operation.ts";

/**
 * A push of an older client as a new one would send it. What means nothing any more keeps its place, so that no seq is
 * missing, and is refused with its group.
 */
export function upgradePush(
  { contract: written, ops }: PushInput,
  contract: SyncContract,
): { readonly ops: readonly PushOperation[]; readonly failures: Map<PushOperation, unknown> } {
  const failures = new Map<PushOperation, unknown>();
  if (written === undefined || written.version === contract.version) return { ops, failures };
  const upgraded = splitUnits(ops).flatMap((unit) => {
    const contents = unit.map((operation) => tryUpgrade(contract, operation, written.version));
    const isRefused = contents.some((content) => content instanceof TidemarkError);
    return unit.map((operation, index) => {
      const content = contents[index];
      if (content instanceof TidemarkError) failures.set(operation, content);
      else if (isRefused) failures.set(operation, groupFailed("Another operation is too old"));
      else return { ...operation, ...content };
      return operation;
    });
  });
  return { ops: upgraded, failures };
}

function tryUpgrade(
  contract: SyncContract,
  { name, args }: PushOperation,
  from: number,
): OperationContent | TidemarkError {
  try {
    return upgradeOperation(contract, { name, args }, from) ?? tooOld(name);
  } catch (cause) {
    // It would throw again at every push and keep the whole queue from going on.
    return tooOld(name, cause);
  }
}

const tooOld = (name: string, cause?: unknown) =>
  new TidemarkError("CONTRACT_TOO_OLD", {
    message: `"${name}" was written by an older version of the app and means nothing in this one: write it anew, or discard it.`,
    ...(cause !== undefined && { cause }),
  });
