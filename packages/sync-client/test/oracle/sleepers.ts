import type { Scenario } from "./scenario.ts";
import type { Step } from "./steps.ts";

/** Long enough for another tab to hear, show and confirm what the sleeper has queued. */
const SLEEP_MS = 2_500;
const CLEARED_AFTER_MS = 2_000;
const ROUND_MS = 4_000;

/**
 * The same world, whose devices all go through what is rare elsewhere: a tab sleeps, another one sends what it has queued
 * and hears the verdicts, the browser clears the storage, and the sleeper wakes with what it remembers.
 */
export function withSleepers(scenario: Scenario): Scenario {
  const rounds = Math.max(1, Math.floor(scenario.endMs / ROUND_MS));
  const sleeps = scenario.clients.flatMap((_, client) =>
    Array.from({ length: rounds }, (_round, round) => sleep(client, round * ROUND_MS + 37 * client)).flat(),
  );
  return {
    ...scenario,
    clients: scenario.clients.map((client) => ({ ...client, browser: { ...client.browser, tabs: 2 } })),
    steps: [...scenario.steps, ...sleeps].sort((left, right) => left.at - right.at),
    endMs: Math.max(scenario.endMs, ROUND_MS),
  };
}

function sleep(client: number, at: number): readonly Step[] {
  // The first of its tabs.
  const pick = 0;
  const writes = [{ kind: "bump", list: 0, pick } as const];
  const wakes = at + SLEEP_MS;
  return [
    { at: at + 200, do: "write", client, pick, writes },
    { at: at + 210, do: "tab", client, step: { what: "freeze", pick, forMs: SLEEP_MS - 210 } },
    { at: at + CLEARED_AFTER_MS, do: "evict", client, isClosed: false },
    // Nobody else is left who remembers.
    { at: at + CLEARED_AFTER_MS, do: "tab", client, step: { what: "kill", pick: 1 } },
    { at: wakes + 500, do: "tab", client, step: { what: "open", pick } },
  ];
}
