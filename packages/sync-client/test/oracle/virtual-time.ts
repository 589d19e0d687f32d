interface Event {
  readonly at: number;
  /** Events of one moment happen in the order in which they were scheduled. */
  readonly order: number;
  run: (() => void) | undefined;
}

/** Time that passes only when something happens. */
export interface VirtualTime {
  /** Milliseconds since the world began. */
  now(): number;
  /** Runs `run` after so many milliseconds; answers how to call it off. */
  after(delayMs: number, run: () => void): () => void;
  /** The next event, with everything that follows from it at once; answers false when none is left. */
  step(): Promise<boolean>;
}

// Node takes its next tick once every promise that can go on has gone on; an immediate would cost a turn of the loop.
const promisesKept = () => new Promise<void>(process.nextTick);

/** `settled` resolves once everything that follows from an event at once has followed. */
export function createVirtualTime(settled: () => Promise<void> = promisesKept): VirtualTime {
  const events = createEventHeap();
  let now = 0;
  let order = 0;
  return {
    now: () => now,
    after(delayMs, run) {
      const event: Event = { at: now + delayMs, order: (order += 1), run };
      events.add(event);
      return () => (event.run = undefined);
    },
    async step() {
      for (let event = events.take(); event !== undefined; event = events.take()) {
        if (event.run === undefined) continue;
        now = event.at;
        event.run();
        await settled();
        return true;
      }
      return false;
    },
  };
}

/** A binary heap with the earliest event on top. */
function createEventHeap() {
  const heap: Event[] = [];
  const isEarlier = (left: Event, right: Event) =>
    left.at < right.at || (left.at === right.at && left.order < right.order);

  /** Where `event` belongs between `index` and the top, the events above it moved down. */
  const siftUp = (event: Event, from: number): void => {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isEarlier(event, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  };

  const siftDown = (event: Event): void => {
    let index = 0;
    while (true) {
      const left = 2 * index + 1;
      const [first, second] = [heap[left], heap[left + 1]];
      if (first === undefined) break;
      const isSecond = second !== undefined && isEarlier(second, first);
      const child = isSecond ? second : first;
      if (!isEarlier(child, event)) break;
      heap[index] = child;
      index = isSecond ? left + 1 : left;
    }
    heap[index] = event;
  };

  return {
    add: (event: Event) => siftUp(event, heap.length),
    take(): Event | undefined {
      const top = heap[0];
      const last = heap.pop();
      if (heap.length > 0 && last !== undefined) siftDown(last);
      return top;
    },
  };
}
