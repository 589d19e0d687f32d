/**
 * Commits items in their order, those that come while a commit runs together in the next one: concurrent writers share
 * the price of a flush. Each caller's promise settles with its own group's commit, and learns its own result.
 */
export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isCommitting = false;

  async function drain(): Promise<void> {
    // One turn of the microtask queue: calls of the same moment go together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        const results = await commit(group.map(({ item }) => item));
        for (const [position, { resolve, reject }] of group.entries()) {
          const result = results[position];
          if (result === undefined) reject(new TypeError("The commit lost a result."));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isCommitting = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isCommitting) return;
      isCommitting = true;
      void drain();
    });
}
