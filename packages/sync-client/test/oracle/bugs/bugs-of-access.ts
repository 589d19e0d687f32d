import { scopeOfList } from "../lists-contract.ts";
import { changePulls, changeReads, changeWrites, type PlantedBug } from "./planted-bug.ts";

export const bugsOfAccess: readonly PlantedBug[] = [
  {
    name: "a pull brings every scope there is",
    breaks: ["I7"],
    plant: () => ({
      parts: (parts) => ({
        ...parts,
        policy: {
          ...parts.policy,
          async readableScopes({ tx }) {
            const lists = (await tx.list("member")).map(({ id }) => id.slice(0, id.indexOf("/")));
            return [...new Set(lists)].map((listId) => ({ scope: scopeOfList(listId), grant: 1 }));
          },
        },
      }),
    }),
  },
  {
    name: "the policy reads without a lock",
    breaks: ["I7"],
    plant: () => ({
      parts: (parts) => ({
        ...parts,
        policy: {
          ...parts.policy,
          authorize: (request) => parts.policy.authorize({ ...request, tx: { ...request.tx, lock: request.tx.get } }),
        },
      }),
    }),
  },
  {
    name: "the policy is asked before the transaction",
    breaks: ["I7"],
    plant: () => ({
      parts: (parts) => ({
        ...parts,
        policy: {
          ...parts.policy,
          authorize: (request) => parts.store.write(({ tx }) => parts.policy.authorize({ ...request, tx })),
        },
      }),
    }),
  },
  {
    name: "a lost scope is not told",
    breaks: ["I7"],
    plant: () => ({ engine: changePulls(() => ({ removedScopes: [] })) }),
  },
  {
    name: "removedScopes takes what the same page brings",
    breaks: ["I5", "I8"],
    plant: () => ({
      engine: changePulls(({ removedScopes, changes }) => ({
        changes: changes.filter(({ scope }) => !removedScopes.includes(scope)),
      })),
    }),
  },
  {
    name: "a cursor is anybody's",
    breaks: ["I6", "I5", "I7", "I8"],
    plant: () => ({
      parts: (parts) => ({ ...parts, sign: (text) => parts.sign(text.split("\n").toSpliced(1, 1).join("\n")) }),
    }),
  },
  {
    name: "a restored backup keeps the epoch",
    breaks: ["I1", "I2", "I4", "I5", "I6", "I8"],
    plant: () => ({
      parts: (parts) => {
        const epoch = async () => "the only epoch";
        return changeReads(
          changeWrites(parts, () => ({ epoch })),
          () => ({ epoch }),
        );
      },
    }),
  },
];
