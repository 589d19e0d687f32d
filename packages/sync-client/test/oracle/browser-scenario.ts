import type { BrowserWeather, TabStep } from "./client-port.ts";
import type { Random } from "./random.ts";
import type { Step } from "./steps.ts";

const TAB_STEPS = ["open", "open", "close", "kill", "kill", "freeze", "freeze", "hide", "hide", "hint"] as const;

export function createBrowserWeather(random: Random): BrowserWeather {
  return {
    tabs: random.pick([1, 1, 2, 3]),
    diskPause: random.pick([0, 0.05, 0.3]),
    diskPauseMs: random.pick([1, 5, 30]),
    channelMs: random.pick([0, 2, 20]),
  };
}

/** What happens to tabs, to sessions, and what people do about refused operations. */
export function createBrowserSteps(world: {
  readonly random: Random;
  readonly clients: number;
  readonly endMs: number;
}): Step[] {
  const { random, clients, endMs } = world;
  const at = () => random.next() * endMs;
  const client = () => random.below(clients);
  const times = (most: number, create: () => Step): Step[] => Array.from({ length: random.between(0, most) }, create);
  const tabStep = (): TabStep => {
    const what = random.pick(TAB_STEPS);
    const pick = random.below(1_000);
    return what === "freeze" || what === "hide" ? { what, pick, forMs: random.between(10, 3_000) } : { what, pick };
  };
  return [
    ...times(12, () => ({ at: at(), do: "tab", client: client(), step: tabStep() })),
    ...times(6, () => ({
      at: at(),
      do: "decide",
      client: client(),
      pick: random.below(1_000),
      decision: random.pick(["retry", "discard"] as const),
    })),
    ...times(2, () => ({ at: at(), do: "expire", client: client(), forMs: random.between(50, 1_500) })),
  ];
}
