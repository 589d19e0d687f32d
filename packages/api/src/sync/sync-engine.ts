import { TidemarkError } from "../errors.ts";
import type { SignText } from "./cursor.ts";
import { createCursorCodec } from "./cursor.ts";
import type { AnyOperationHandlers, OperationHandlers } from "./operation-handlers.ts";
import { createOperationRunner, HandlerRefusal } from "./operation-runner.ts";
import { createPull } from "./pull.ts";
import { createPush } from "./push.ts";
import type { AnySyncContract, SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { PullInput, PullOutput, PushInput, PushOutput } from "./sync-protocol.ts";
import type { SyncStore } from "./sync-store.ts";

export interface SyncEngineDeps<Contract, Tx> {
  readonly contract: Contract;
  readonly handlers: OperationHandlers<Contract, Tx>;
  readonly policy: SyncPolicy<Tx>;
  readonly store: SyncStore<Tx>;
  /** MAC for cursors; every node of a deployment needs the same key. */
  readonly sign: SignText;
}

export interface SyncEngine {
  /** See `SyncOperations.push`. */
  push(user: SyncUser, input: PushInput): Promise<PushOutput>;
  /** See `SyncOperations.pull`. */
  pull(user: SyncUser, input: PullInput): Promise<PullOutput>;
  /**
   * Applies one operation at once, for callers that wait for its row: same policy, handler and change index as a push.
   * @throws TidemarkError the refusal that a push would record as its verdict.
   */
  execute(user: SyncUser, operation: string, args: unknown): Promise<unknown>;
}

/** The sync engine: it knows the contract, the store and the policy it is given, and nothing of what they are about. */
export function createSyncEngine<Contract extends AnySyncContract, Tx>(deps: SyncEngineDeps<Contract, Tx>): SyncEngine {
  const { contract, handlers } = widen<Tx>(deps);
  const runner = createOperationRunner({ contract, handlers, policy: deps.policy });
  const push = createPush({ store: deps.store, runner });
  const pull = createPull({ store: deps.store, policy: deps.policy, cursors: createCursorCodec(deps.sign) });

  return {
    push: async (user, input) => {
      checkContract(contract, input.contract);
      return push(user, input);
    },
    pull: async (user, input) => {
      checkContract(contract, input.contract);
      return pull(user, input);
    },
    execute: async (user, operation, args) => {
      const prepared = await runner.prepare({ name: operation, args });
      if (prepared instanceof TidemarkError) throw prepared;
      try {
        return await deps.store.write(async (transaction) => {
          const outcome = await runner.run({ prepared, tx: transaction.tx, user });
          if (outcome.refusal !== undefined) throw outcome.refusal;
          await transaction.recordChanges(outcome.changes);
          return outcome.result;
        });
      } catch (error) {
        throw error instanceof HandlerRefusal ? error.refusal : error;
      }
    },
  };
}

/**
 * The same contract and handlers without their names: `OperationHandlers` has matched each handler with its operation,
 * and the runner gives each only arguments that passed that operation's schema.
 */
function widen<Tx>(deps: { readonly contract: AnySyncContract; readonly handlers: object }) {
  return { contract: deps.contract as SyncContract, handlers: deps.handlers as AnyOperationHandlers<Tx> };
}

function checkContract(contract: SyncContract, offered: PushInput["contract"]): void {
  if (offered === undefined) return;
  if (offered.name === contract.name && offered.version === contract.version) return;
  const isAhead = offered.name === contract.name && offered.version > contract.version;
  const advice = isAhead ? "the app is newer than the server, try again later." : "update the app.";
  throw new TidemarkError("CONTRACT_TOO_OLD", {
    message:
      `The server speaks contract "${contract.name}" version ${contract.version}, the device "${offered.name}" ` +
      `version ${offered.version}: ${advice} Its queue is kept.`,
    details: { contract: { name: contract.name, version: contract.version } },
  });
}
