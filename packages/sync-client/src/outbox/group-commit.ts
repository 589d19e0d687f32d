/**
 * Commits items in their order, those that come while a commit runs together in the next one: concurrent writers share
 * the price of a flush, and hear of the commit that their own item was part of.
 */
export function createGroupCommit<Item>(
  commit: (items: readonly Item[]) => Promise<void>,
): (item: Item) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  /** Takes what comes until its turn, one turn of the microtask queue at least: calls of the same moment go together. */
  let open: { readonly items: Item[]; readonly committed: Promise<void> } | undefined;

  return (item) => {
    if (!open) {
      const items: Item[] = [];
      const turn = (): Promise<void> => {
        open = undefined;
        return commit(items);
      };
      // A group that failed stands in nobody's way.
      last = last.then(turn, turn);
      open = { items, committed: last };
    }
    open.items.push(item);
    return open.committed;
  };
}
