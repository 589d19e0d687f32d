/** Runs what is submitted, a few runs at a time per lane, gathering for the next run what arrives meanwhile. */
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
  /** Most runs of a lane at the same time. */
  readonly parallelRuns: number;
  /** Items with the same key never travel together or side by side: the later one waits for the earlier one's outcome. */
  readonly exclusiveKeyOf: (item: Item) => string;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (outcome: PromiseSettledResult<Result>) => void;
}

interface Lane<Item, Result> {
  waiting: Waiting<Item, Result>[];
  runs: number;
  /** Keys of the items under way. */
  readonly busyKeys: Set<string>;
}

/**
 * Group commit: a lone item runs at once, and under load a lane's transaction carries everyone who waited for one before
 * it. A lane exists only while it is busy.
 */
export function createLanes<Item, Result>(options: LaneOptions<Item, Result>): Lanes<Item, Result> {
  const { exclusiveKeyOf, parallelRuns } = options;
  const laneByName = new Map<string, Lane<Item, Result>>();

  /**
   * Beside another run there is no hurry: whoever this turn of the event loop brings along, such as the devices that a
   * run has just answered, travels together, and not the first one alone.
   */
  function startSoon(name: string, lane: Lane<Item, Result>): void {
    if (lane.runs === 0) startRuns(name, lane);
    else setImmediate(startRuns, name, lane);
  }

  function startRuns(name: string, lane: Lane<Item, Result>): void {
    while (lane.runs < parallelRuns) {
      const together = takeTogether(lane, options);
      if (together.length === 0) break;
      void runAndSettle(name, lane, together);
    }
    if (lane.runs === 0 && laneByName.get(name) === lane) laneByName.delete(name);
  }

  async function runAndSettle(name: string, lane: Lane<Item, Result>, together: readonly Waiting<Item, Result>[]) {
    const items = together.map(({ item }) => item);
    const keys = items.map(exclusiveKeyOf);
    lane.runs += 1;
    for (const key of keys) lane.busyKeys.add(key);
    const outcomes = await runTogether(items, options.run);
    lane.runs -= 1;
    for (const key of keys) lane.busyKeys.delete(key);
    for (const [index, { settle }] of together.entries()) {
      settle(outcomes[index] ?? { status: "rejected", reason: new TypeError("The run answered too few outcomes.") });
    }
    startSoon(name, lane);
  }

  return {
    submit: async (name, item) => {
      const outcome = await new Promise<PromiseSettledResult<Result>>((settle) => {
        const lane = laneByName.get(name) ?? newLane<Item, Result>();
        laneByName.set(name, lane);
        lane.waiting.push({ item, settle });
        startSoon(name, lane);
      });
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },
  };
}

const newLane = <Item, Result>(): Lane<Item, Result> => ({
  waiting: [],
  runs: 0,
  busyKeys: new Set(),
});

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

/**
 * Takes from the front, in order, what may travel together; what may not stays for a later run. A run takes its share of
 * what is in the lane and leaves the others theirs, or they would go nearly empty.
 */
function takeTogether<Item, Result>(
  lane: Lane<Item, Result>,
  { sizeOf, maxSize, parallelRuns, exclusiveKeyOf }: LaneOptions<Item, Result>,
): Waiting<Item, Result>[] {
  const share = Math.ceil((lane.waiting.length + lane.busyKeys.size) / parallelRuns);
  const together: Waiting<Item, Result>[] = [];
  const left: Waiting<Item, Result>[] = [];
  const keys = new Set(lane.busyKeys);
  let size = 0;
  for (const candidate of lane.waiting) {
    const key = exclusiveKeyOf(candidate.item);
    const candidateSize = sizeOf(candidate.item);
    const fits = together.length === 0 || (together.length < share && size + candidateSize <= maxSize);
    if (fits && !keys.has(key)) {
      size += candidateSize;
      together.push(candidate);
    } else {
      left.push(candidate);
    }
    // The later items of one that stays must not overtake it.
    keys.add(key);
  }
  lane.waiting = left;
  return together;
}
