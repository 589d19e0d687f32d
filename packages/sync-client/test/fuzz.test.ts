import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusal, type Fault } from "./fault-transport.ts";
import { createWorld, newId, type Tab, type World } from "./harness.ts";

interface WriteStep {
  readonly do: "add" | "edit" | "remove";
  readonly tab: number;
  readonly pick: number;
  readonly isBad: boolean;
}
type Step =
  | WriteStep
  | { readonly do: "kill" | "restart" | "freeze" | "thaw" | "hide" | "show" | "sleep" | "wake"; readonly tab: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "rotate-key" };

const tab = fc.nat({ max: 3 });
const write = (kind: "add" | "edit" | "remove") =>
  fc.record({
    do: fc.constant(kind),
    tab,
    pick: fc.nat({ max: 50 }),
    isBad: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: write("add") },
  { weight: 5, arbitrary: write("edit") },
  { weight: 2, arbitrary: write("remove") },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("kill" as const, "restart" as const), tab }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "freeze" as const,
        "thaw" as const,
        "hide" as const,
        "show" as const,
        "sleep" as const,
        "wake" as const,
      ),
      tab,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rotate-key" as const) }) },
);

/** Four tabs: two on Ann's phone, one on her laptop, one of Bob's. */
const PLACES = [
  { user: "ann", device: "phone" },
  { user: "ann", device: "phone" },
  { user: "ann", device: "laptop" },
  { user: "bob", device: "phone" },
] as const;

const FAULTS: readonly Fault[] = [
  "lose-request",
  "lose-response",
  "lose-response",
  refusal("UNAVAILABLE", 503),
  refusal("UNAUTHORIZED", 401),
  refusal("RESET_REQUIRED", 409),
  refusal("INVALID_CURSOR", 400),
  new TypeError("SEQUENCE_GAP RESET_REQUIRED 14003"),
];

/** A longer run by `TIDEMARK_FUZZ_RUNS=2000`; a failure prints its seed and path. */
const RUNS = Number(process.env["TIDEMARK_FUZZ_RUNS"] ?? 60);

describe("any order of writes, faults, kills, restarts, frozen and hidden tabs", () => {
  it(
    "I1, I2, I3, I6, C24, C25: ends with every resolved write on the server once, in order, and all tabs alike",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 10, maxLength: 40 }),
          fc.infiniteStream(fc.nat({ max: 99 })),
          runHistory,
        ),
        { numRuns: RUNS },
      );
    },
    RUNS * 1_000,
  );
});

async function runHistory(steps: readonly Step[], rolls: Iterator<number>): Promise<void> {
  await using world = await createWorld();
  await world.server.setMember("home", "bob");
  world.server.pageSize = 7;
  const roll = (): number => rolls.next().value ?? 0;
  let isHealed = false;
  const decide = (): Fault => (isHealed || roll() < 55 ? "none" : (FAULTS[roll() % FAULTS.length] ?? "none"));
  const random = () => roll() / 100;
  const open = (place: number): Tab => world.openTab({ ...PLACES[place], decide, random });
  const tabs = PLACES.map((_, place) => open(place));
  const added: { readonly id: string; readonly place: number; readonly isBad: boolean }[] = [];

  for (const next of steps) await take(next);
  isHealed = true;
  for (const opened of tabs) {
    opened.thaw();
    opened.tell("resume");
    opened.setVisible(true);
  }
  for (const { sync } of tabs) await sync.opened;
  await settle(world, tabs);
  await check();

  async function take(next: Step): Promise<void> {
    if (next.do === "wait") return pass(world, next.ms);
    if (next.do === "rotate-key") return world.server.rotateCursorKey();
    const current = tabs[next.tab];
    if (current === undefined) return;
    if (next.do === "add" || next.do === "edit" || next.do === "remove") return writeStep(current, next);
    if (next.do === "kill" || next.do === "restart") return replace(next.tab, current, next.do);
    if (next.do === "freeze" || next.do === "thaw") return current[next.do]();
    if (next.do === "sleep" || next.do === "wake") return current.tell(next.do === "sleep" ? "freeze" : "resume");
    current.setVisible(next.do === "show");
  }

  async function replace(place: number, current: Tab, how: "kill" | "restart"): Promise<void> {
    current.thaw();
    if (how === "kill") current.kill();
    else await current.sync.stop();
    tabs[place] = open(place);
  }

  async function writeStep(current: Tab, next: WriteStep): Promise<void> {
    // Nobody writes in a page that is stopped.
    current.thaw();
    if (next.do === "add") {
      const id = newId();
      await current.add(`${next.isBad ? "bad" : "good"} ${id}`, id);
      added.push({ id, place: next.tab, isBad: next.isBad });
      return;
    }
    const rows = current.sync.query("note", {}).get();
    const row = rows[next.pick % Math.max(rows.length, 1)];
    if (row === undefined) return;
    if (next.do === "remove") await current.sync.mutate.note.remove({ id: row.id });
    else await current.sync.mutate.note.edit({ id: row.id, text: `${next.isBad ? "bad" : "edited"} ${next.pick}` });
  }

  async function check(): Promise<void> {
    const effects = (await world.server.effects()).flatMap(({ name, noteId }) => (name === "note.add" ? [noteId] : []));
    const good = added.filter(({ isBad }) => !isBad);
    expect([...effects].sort(), "each add has one effect").toEqual(good.map(({ id }) => id).sort());
    for (const device of [[0, 1], [2], [3]]) {
      const expected = good.filter(({ place }) => device.includes(place)).map(({ id }) => id);
      expect(
        effects.filter((id) => expected.includes(id)),
        "a device's adds are in order",
      ).toEqual(expected);
    }
    const server = (await world.server.notes()).map(({ id, text }) => `${id} ${text}`).sort();
    for (const { sync, errors } of tabs) {
      const own = sync
        .query("note", {})
        .get()
        .filter(({ $state }) => $state === "synced");
      const dead = new Set(
        sync
          .query("note", {})
          .get()
          .filter(({ $state }) => $state === "rejected")
          .map(({ id }) => id),
      );
      expect(own.map(({ id, text }) => `${id} ${text}`).sort(), "a tab shows what the server has").toEqual(
        server.filter((row) => !dead.has(row.slice(0, 36))),
      );
      expect(sync.outbox.get()).toEqual([]);
      expect(errors).toEqual([]);
    }
    const refused = added.filter(({ isBad }) => isBad).map(({ id }) => id);
    const letters = tabs.flatMap(({ sync }) => sync.deadLetters.get()).map(({ args }) => (args as { id: string }).id);
    for (const id of refused) expect(letters, "a refused add is a dead letter").toContain(id);
  }
}

async function pass(world: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    world.clock.advance(250);
    await new Promise(setImmediate);
  }
}

/** Two quiet rounds: one to send everything, one to see what the others sent. */
async function settle(world: World, tabs: readonly Tab[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await world.until(() => tabs.every(({ sync }) => sync.status.get().state === "synced"));
    const passed = tabs.map(({ sync }) => sync.syncNow());
    let isOver = false;
    void Promise.all(passed).then(() => (isOver = true));
    await world.until(() => isOver);
  }
  await pass(world, 5_000);
  await world.until(() => tabs.every(({ sync }) => sync.status.get().state === "synced"));
}
