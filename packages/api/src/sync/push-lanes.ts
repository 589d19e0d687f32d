/** Runs what is submitted, one run at a time per lane, gathering for the next run what arrives meanwhile. */
export interface Lanes<Item, Result> {
  /** Resolves or rejects with this item's own outcome, whoever it travelled with. */
  submit(lane: string, item: Item): Promise<Result>;
}

export interface LaneOptions<Item, Result> {
  /** Runs items together and answers one outcome per item, in order. */
  readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  readonly sizeOf: (item: Item) => number;
  /** Most that travels together; a larger item travels alone. */
  readonly maxSize: number;
  /** Items with the same key never travel together: the later one waits for the earlier one's outcome. */
  readonly exclusiveKeyOf: (item: Item) => string;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (outcome: PromiseSettledResult<Result>) => void;
}

/**
 * Group commit: a lone item runs at once, and under load a lane's transaction carries everyone who waited for the one
 * before. A lane exists only while it is busy.
 */
export function createLanes<Item, Result>(options: LaneOptions<Item, Result>): Lanes<Item, Result> {
  const waitingByLane = new Map<string, Waiting<Item, Result>[]>();

  const drain = async (lane: string, waiting: Waiting<Item, Result>[]) => {
    while (waiting.length > 0) {
      const together = takeTogether(waiting, options);
      const outcomes = await runTogether(
        together.map(({ item }) => item),
        options.run,
      );
      for (const [index, { settle }] of together.entries()) {
        settle(outcomes[index] ?? { status: "rejected", reason: new TypeError("The run answered too few outcomes.") });
      }
    }
    waitingByLane.delete(lane);
  };

  return {
    submit: async (lane, item) => {
      const outcome = await new Promise<PromiseSettledResult<Result>>((settle) => {
        const waiting = waitingByLane.get(lane);
        if (waiting !== undefined) {
          waiting.push({ item, settle });
          return;
        }
        const started = [{ item, settle }];
        waitingByLane.set(lane, started);
        void drain(lane, started);
      });
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },
  };
}

/** A run that fails as a whole is every traveller's failure. */
async function runTogether<Item, Result>(
  items: readonly Item[],
  run: LaneOptions<Item, Result>["run"],
): Promise<readonly PromiseSettledResult<Result>[]> {
  try {
    return await run(items);
  } catch (reason) {
    return items.map(() => ({ status: "rejected", reason }));
  }
}

/** Takes from the front, in order, what may travel together; what may not stays for the next run. */
function takeTogether<Item, Result>(
  waiting: Waiting<Item, Result>[],
  { sizeOf, maxSize, exclusiveKeyOf }: LaneOptions<Item, Result>,
): Waiting<Item, Result>[] {
  const together: Waiting<Item, Result>[] = [];
  const left: Waiting<Item, Result>[] = [];
  const keys = new Set<string>();
  let size = 0;
  for (const candidate of waiting.splice(0)) {
    const key = exclusiveKeyOf(candidate.item);
    const candidateSize = sizeOf(candidate.item);
    const fits = together.length === 0 || size + candidateSize <= maxSize;
    if (!fits || keys.has(key)) {
      left.push(candidate);
      // Its later items must not overtake it.
      keys.add(key);
      continue;
    }
    keys.add(key);
    size += candidateSize;
    together.push(candidate);
  }
  waiting.push(...left);
  return together;
}
