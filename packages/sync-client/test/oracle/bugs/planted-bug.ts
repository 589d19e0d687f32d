import { createEngine, type ListsEngine, type Mutation, type ServerParts } from "../server.ts";
import type { ListsRead, ListsStore, ListsWrite } from "../simulated-store.ts";
import type { Invariant } from "../violation.ts";

/** A server that is worse than ours in one way; what it does wrong is what somebody has done wrong before. */
export interface PlantedBug {
  readonly name: string;
  /** What may be noticed first. */
  readonly breaks: readonly Invariant[];
  /** For one world: what the bug remembers begins anew with each. */
  readonly plant: () => Mutation;
}

/** Puts other statements into every write transaction. */
export function changeWrites(
  parts: ServerParts,
  change: (transaction: ListsWrite, store: ListsStore) => Partial<ListsWrite>,
): ServerParts {
  const { store } = parts;
  const write: ListsStore["write"] = (work) =>
    store.write((transaction) => work({ ...transaction, ...change(transaction, store) }));
  return { ...parts, store: { ...store, write } };
}

/** Puts other reads into every snapshot. */
export function changeReads(parts: ServerParts, change: (snapshot: ListsRead) => Partial<ListsRead>): ServerParts {
  const { store } = parts;
  const read: ListsStore["read"] = (work) => store.read((snapshot) => work({ ...snapshot, ...change(snapshot) }));
  return { ...parts, store: { ...store, read } };
}

/** Changes the answer of every pull. */
export const changePulls =
  (change: (output: PullOutput) => Partial<PullOutput>) =>
  (engine: ListsEngine): ListsEngine => ({
    ...engine,
    pull: async (user, input) => {
      const output = await engine.pull(user, input);
      return { ...output, ...change(output) };
    },
  });
type PullOutput = Awaited<ReturnType<ListsEngine["pull"]>>;
type PullInput = Parameters<ListsEngine["pull"]>[1];

/** Gives every pull a store of its own, for bugs that depend on who asks for what. */
export const changeReadsByPull =
  (
    change: (snapshot: ListsRead, input: PullInput) => Partial<ListsRead>,
    answered: (input: PullInput, output: PullOutput) => void,
  ) =>
  (engine: ListsEngine, parts: ServerParts): ListsEngine => ({
    ...engine,
    pull: async (user, input) => {
      const output = await createEngine(changeReads(parts, (snapshot) => change(snapshot, input))).pull(user, input);
      answered(input, output);
      return output;
    },
  });
