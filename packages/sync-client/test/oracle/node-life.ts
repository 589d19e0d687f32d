import { TidemarkError } from "@tidemark/api/errors";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How often the database makes a statement wait, and how often it is away. */
export interface DatabaseWeather {
  /** Chance of a pause before a statement. */
  pause: number;
  /** Longest pause, in milliseconds. */
  pauseMs: number;
  /** Chance that a statement fails because the database cannot be reached. */
  away: number;
}

/** One run of a server process, from its start to its SIGKILL. */
export interface NodeLife {
  readonly isAlive: boolean;
  /** Lets other transactions go first, or fails because the database is away or this process is dead. */
  pause(): Promise<void> | undefined;
  /** Waits until everything that happens at this moment has happened. */
  turn(): Promise<void>;
  /** The process ends where it stands: whatever waits inside it fails, and nothing of it begins any more. */
  end(): void;
}

/** The engine takes it for a database that is away, and lets go of its transaction. Nobody is left to hear the answer. */
const killed = () => new TidemarkError("UNAVAILABLE", { message: "The process was killed." });
const away = () => new TidemarkError("UNAVAILABLE", { message: "The database is away." });

export function createNodeLife(deps: {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: DatabaseWeather;
}): NodeLife {
  const { time, random, weather } = deps;
  const waiting = new Set<() => void>();
  let isAlive = true;

  const wait = (delayMs: number) =>
    new Promise<void>((resolve, reject) => {
      const stop = time.after(delayMs, () => {
        waiting.delete(fail);
        resolve();
      });
      const fail = () => {
        stop();
        reject(killed());
      };
      waiting.add(fail);
    });

  return {
    get isAlive() {
      return isAlive;
    },
    pause() {
      if (!isAlive) throw killed();
      if (random.chance(weather.away)) throw away();
      return random.chance(weather.pause) ? wait(random.next() * weather.pauseMs) : undefined;
    },
    turn: () => wait(0),
    end() {
      isAlive = false;
      for (const fail of waiting) fail();
      waiting.clear();
    },
  };
}
