import type { SystemOperationName } from "./system-contract.ts";

/** What an operation says, apart from who wrote it and when. */
export interface OperationContent {
  readonly name: string;
  readonly args: unknown;
}

/** Turns an operation of one contract version into one of the next; `null` when it means nothing there any more. */
export type OperationUpgrade = (operation: OperationContent) => OperationContent | null;

/** By the version that an operation was written under. */
export type OperationUpgrades = Readonly<Record<number, OperationUpgrade>>;

const ENGINES_OWN: SystemOperationName = "conflict.dismiss";

/**
 * An operation that was written under version `from`, as the contract's own version would write it: one step after the
 * other. `null` when a step has no meaning for it, or is missing. It throws what a step throws.
 */
export function upgradeOperation(
  { version, upgrades }: { readonly version: number; readonly upgrades?: OperationUpgrades | undefined },
  operation: OperationContent,
  from: number,
): OperationContent | null {
  // The engine's own operations are the same under every version of an app's contract.
  if (operation.name === ENGINES_OWN) return operation;
  let content: OperationContent | null = operation;
  for (let at = from; content !== null && at < version; at += 1) content = upgrades?.[at]?.(content) ?? null;
  return content;
}
