import { TidemarkError } from "../errors.ts";
import type { SignText } from "./cursor.ts";
import { createCursorCodec } from "./cursor.ts";
import { createExecute } from "./execute.ts";
import type { AnyOperationHandlers, ChangeRecorder, OperationHandlers } from "./operation-handlers.ts";
import { createChangeRecorder } from "./operation-handlers.ts";
import { createOperationRunner } from "./operation-runner.ts";
import { createParkedRuns, type ParkedRun } from "./parked-runs.ts";
import { createPull } from "./pull.ts";
import { createPush, type ParkedFailure } from "./push.ts";
import type { AnySyncContract, ContractRows, SyncContract } from "./sync-contract.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { PullInput, PullOutput, PushInput, PushOutput } from "./sync-protocol.ts";
import type { RowChange, SyncStore } from "./sync-store.ts";

export interface SyncEngineDeps<Contract, Tx> {
  readonly contract: Contract;
  readonly handlers: OperationHandlers<Contract, Tx>;
  readonly policy: SyncPolicy<Tx>;
  readonly store: SyncStore<Tx>;
  /** MAC for cursors; every node of a deployment needs the same key. */
  readonly sign: SignText;
  /** Milliseconds since 1970 by the server's clock: for times that people see, never for order. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  /** The oldest contract version that is still taken, with the contract's `upgrades`; default: only the contract's own. */
  readonly oldestVersion?: number;
  /** Hears of each operation that was parked: a fault of the server's own, which nobody else is told of. Log it. */
  readonly onParked?: (failure: ParkedFailure) => void;
}

export interface SyncEngine<Contract, Tx> {
  /** See `SyncOperations.push`. */
  push(user: SyncUser, input: PushInput): Promise<PushOutput>;
  /** See `SyncOperations.pull`. */
  pull(user: SyncUser, input: PullInput): Promise<PullOutput>;
  /**
   * Applies one operation at once, for callers that wait for its row: same policy, handler and change index as a push.
   * @throws TidemarkError the refusal that a push would record as its verdict.
   */
  execute(user: SyncUser, operation: string, args: unknown): Promise<unknown>;
  /**
   * Runs work that is no operation (an administrator's, a job's) in one transaction, and records the rows that it changed
   * with the versions and guarantees of an operation.
   */
  transact<Result>(work: (context: TransactContext<Contract, Tx>) => Promise<Result>): Promise<Result>;
  /**
   * Records rows that a transaction of the caller's own changed; call it last in that transaction.
   */
  recordChange(tx: Tx, record: (changes: ChangeRecorder<ContractRows<Contract>>) => void): Promise<void>;
  /**
   * Runs every parked operation again, oldest first, each in a transaction of its own; its final verdict reaches the
   * device as a `verdict` row. What throws again stays parked, with the newest reason. `onProgress` hears of each.
   */
  rerunParked(onProgress?: (run: ParkedRun) => void): Promise<ParkedRun>;
}

export interface TransactContext<Contract, Tx> {
  readonly tx: Tx;
  readonly changes: ChangeRecorder<ContractRows<Contract>>;
}

/**
 * The sync engine: it knows the contract, the store and the policy it is given, and nothing of what they are about.
 * @throws TypeError when an older version is taken without the `upgrades` that lead from it to the contract's own.
 */
export function createSyncEngine<Contract extends AnySyncContract, Tx>(
  deps: SyncEngineDeps<Contract, Tx>,
): SyncEngine<Contract, Tx> {
  const { store, policy } = deps;
  const { contract, handlers } = widen<Tx>(deps);
  const versions = { oldest: deps.oldestVersion ?? contract.version, newest: contract.version };
  checkUpgrades(contract, versions.oldest);
  const runner = createOperationRunner({ ...deps, contract, handlers });
  const push = createPush({ store, runner, contract, onParked: deps.onParked ?? (() => {}) });
  const pull = createPull({ store, policy, contract, cursors: createCursorCodec(deps.sign) });
  const recorderOf = (changes: RowChange[]) => createChangeRecorder<ContractRows<Contract>>(contract, changes);

  return {
    push: async (user, input) => {
      checkContract(contract, versions, input.contract);
      return push(user, input);
    },
    pull: async (user, input) => {
      checkContract(contract, versions, input.contract);
      return pull(user, input);
    },
    execute: createExecute({ store, runner }),
    transact: (work) =>
      store.write(async (transaction) => {
        const changes: RowChange[] = [];
        const result = await work({ tx: transaction.tx, changes: recorderOf(changes) });
        await transaction.recordChanges(changes);
        return result;
      }),
    recordChange: async (tx, record) => {
      const changes: RowChange[] = [];
      record(recorderOf(changes));
      await store.recordChanges(tx, changes);
    },
    rerunParked: createParkedRuns({ store, runner }),
  };
}

/**
 * The same contract and handlers without their names: `OperationHandlers` has matched each handler with its operation,
 * and the runner gives each only arguments that passed that operation's schema.
 */
function widen<Tx>(deps: { readonly contract: AnySyncContract; readonly handlers: object }) {
  return { contract: deps.contract as SyncContract, handlers: deps.handlers as AnyOperationHandlers<Tx> };
}

function checkUpgrades({ name, version, upgrades }: SyncContract, oldest: number): void {
  for (let from = oldest; from < version; from += 1) {
    if (upgrades?.[from] !== undefined) continue;
    throw new TypeError(
      `Contract "${name}": version ${oldest} is to be taken, but there is no upgrades[${from}] to version ${from + 1}.`,
    );
  }
}

function checkContract(
  contract: SyncContract,
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
  offered: PushInput["contract"],
): void {
  if (offered === undefined) return;
  if (offered.name === contract.name && offered.version >= oldest && offered.version <= newest) return;
  const isAhead = offered.name === contract.name && offered.version > contract.version;
  const advice = isAhead ? "the app is newer than the server, try again later." : "update the app.";
  throw new TidemarkError("CONTRACT_TOO_OLD", {
    message:
      `The server speaks contract "${contract.name}" version ${contract.version}, the device "${offered.name}" ` +
      `version ${offered.version}: ${advice} Its queue is kept.`,
    details: { contract: { name: contract.name, version: contract.version } },
  });
}
