import { TidemarkError } from "@tidemark/api/errors";
import type { OperationHandlers } from "@tidemark/api/server";
import type { ListsContract } from "../lists-contract.ts";
import type { ListsTx } from "../lists-server.ts";
import type { Mutation, ServerParts } from "../server.ts";
import type { PlantedBug } from "./planted-bug.ts";

type Handlers = OperationHandlers<ListsContract, ListsTx>;

/** Puts other handlers in the place of some. */
const withHandlers = (change: (parts: ServerParts) => Partial<Handlers>): Mutation => ({
  parts: (parts) => ({ ...parts, handlers: { ...parts.handlers, ...change(parts) } }),
});

export const bugsOfHandlers: readonly PlantedBug[] = [
  {
    name: "what a refused operation wrote stays",
    breaks: ["I5"],
    plant: () =>
      withHandlers(({ store }) => ({
        async "item.refuse"({ args: { id, listId, text, at } }) {
          await store.write(({ tx }) => tx.put("item", { id, listId, text, editedAt: at }));
          throw new TidemarkError("FORBIDDEN", { message: "This is always refused." });
        },
      })),
  },
  {
    name: "an operation that fails for ever blocks its queue",
    breaks: ["I6"],
    plant: () =>
      withHandlers(() => ({
        async "item.crash"() {
          throw new TidemarkError("UNAVAILABLE", { message: "Try again later." });
        },
      })),
  },
  {
    name: "the device's clock decides which edit wins",
    breaks: ["I8", "I9"],
    plant: () =>
      withHandlers(() => ({
        async "item.edit"({ tx, user, args, changes }) {
          const before = await tx.lock("item", args.id);
          if (before === undefined) throw new TidemarkError("NOT_FOUND", { message: "There is no such thing." });
          tx.took({ operation: "item.edit", userId: user.id, args });
          const row = before.editedAt > args.at ? before : { ...before, text: args.text, editedAt: args.at };
          await tx.put("item", row);
          changes.put("item", row);
        },
      })),
  },
];
