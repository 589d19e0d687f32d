import type { AnySyncContract } from "@tidemark/api/contracts";
import type { RuntimeContract } from "./contract.ts";
import type { Mutators, OperationId } from "./sync.ts";

export type Enqueue = (name: string, args: unknown) => Promise<OperationId>;
interface MutatorTree {
  [segment: string]: MutatorTree | ((args: unknown) => Promise<OperationId>);
}

/**
 * `{chat: {send}}` for the operation `chat.send`: plain objects, so that a debugger shows what there is. The first
 * signature is where the contract's own types come in; the tree is built from its names, so it has their shape.
 */
export function buildMutators<Contract extends AnySyncContract>(
  contract: RuntimeContract,
  enqueue: Enqueue,
): Mutators<Contract>;
export function buildMutators(contract: RuntimeContract, enqueue: Enqueue): MutatorTree {
  const root: MutatorTree = {};
  for (const name of Object.keys(contract.operations)) {
    const path = name.split(".");
    const last = path.pop() ?? name;
    let branch = root;
    // The contract has seen to it that no operation lies below another.
    for (const segment of path) branch = (branch[segment] ??= {}) as MutatorTree;
    branch[last] = (args) => enqueue(name, args);
  }
  return root;
}
