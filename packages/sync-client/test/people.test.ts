import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PushInput } from "@tidemark/api/contracts";
import type { Fault } from "./fault-transport.ts";
import { createWorld, isSynced, type Tab } from "./harness.ts";

const step = fc.record({
  do: fc.constantFrom("write", "write", "write", "sign-out", "crash", "pass"),
  roll: fc.nat({ max: 99 }),
});
const fault = fc.constantFrom<Fault>("none", "none", "lose-request", "lose-response");

describe("two people on one device", () => {
  it("C4 I1 I7: in turn, through crashes and bad lines, neither pushes nor sees what the other wrote", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.infiniteStream(fault),
        async (steps, faults) => {
          await using world = await createWorld();
          const people = ["ann", "bob"] as const;
          for (const user of people) await world.server.setMember(user, user);
          const decide = (): Fault => faults.next().value ?? "none";
          const written = { ann: [] as string[], bob: [] as string[] };
          const tabs: { readonly user: (typeof people)[number]; readonly tab: Tab }[] = [];
          const signIn = (user: (typeof people)[number]) => {
            const signedIn = { user, tab: world.openTab({ user, decide }) };
            tabs.push(signedIn);
            return signedIn;
          };
          let present = signIn("ann");
          for (const { do: what, roll } of steps) {
            const { user, tab } = present;
            if (what === "write") {
              const text = `${user} ${written[user].length}`;
              await tab.sync.mutate.note.add({ id: `${user}-${written[user].length}`, listId: user, text });
              written[user].push(text);
            } else if (what === "pass") {
              world.clock.advance(roll * 50);
              await new Promise(setImmediate);
            } else {
              if (what === "crash") tab.kill();
              else await tab.sync.stop();
              present = signIn(roll % 2 === 0 ? "ann" : "bob");
            }
            expectOwn(present);
          }
          for (const user of people) {
            if (present.user !== user) {
              await present.tab.sync.stop();
              present = signIn(user);
            }
            present.tab.transport.decide = () => "none";
            await world.until(isSynced(present.tab));
            expectOwn(present);
            expect(textsOf(present.tab).sort(), "all that was written is there").toEqual(written[user].sort());
          }
          for (const { user, tab } of tabs) {
            const pushed = tab.transport.calls.flatMap(({ kind, input }) =>
              kind === "push" ? (input as PushInput).ops.map(({ args }) => (args as { listId: string }).listId) : [],
            );
            expect(pushed.filter((listId) => listId !== user)).toEqual([]);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

const textsOf = (tab: Tab) =>
  tab.sync
    .query("note", {})
    .get()
    .map(({ text }) => text);

function expectOwn({ user, tab }: { readonly user: string; readonly tab: Tab }): void {
  const queued = tab.sync.outbox.get().map(({ args }) => (args as { readonly text: string }).text);
  for (const text of [...textsOf(tab), ...queued]) expect(text.startsWith(user)).toBe(true);
}
