import type { NewVerdict } from "@tidemark/api/server";
import { createReference, intentOf } from "./reference.ts";
import type { Commit } from "./simulated-store.ts";
import { createTimelines } from "./timeline.ts";
import type { Verdicts } from "./violation.ts";

/** Everything that was committed, checked as it comes (I2, I3, I7). */
export function createHistory(verdicts: Verdicts) {
  const reference = createReference();
  /** By device: the last seq that has a verdict. */
  const lastSeqs = createTimelines<number>();
  /** By intention: the commit that brought its effect. */
  const effects = new Map<string, number>();
  /** By client: the newest intention that took effect. */
  const newestOrders = createTimelines<number>();
  /** By device and seq. */
  const storedVerdicts = new Map<string, { readonly index: number; readonly verdict: NewVerdict }>();
  /** Intentions that a person brought again after their refusal: they come after later ones. */
  const retried = new Set<string>();
  let length = 0;

  function commit({ effects: taken, verdicts: stored, progress }: Commit): void {
    length += 1;
    const ordersByClient = new Map<string, number[]>();
    for (const effect of taken) {
      const { operation, userId, args } = effect;
      const intent = intentOf(args);
      reference.apply(length, effect);
      if (intent !== undefined) {
        const { token, client, order } = intent;
        if (effects.has(token)) verdicts.breaks("I2", `${operation} ${token} took effect a second time.`);
        if (!reference.isMember(args.listId, userId, length)) {
          verdicts.breaks(
            "I7",
            `${operation} ${token} of ${userId} was committed after their removal from ${args.listId}.`,
          );
        }
        effects.set(token, length);
        if (retried.has(token)) continue;
        const orders = ordersByClient.get(String(client)) ?? [];
        ordersByClient.set(String(client), orders);
        orders.push(order);
      }
    }
    for (const [client, orders] of ordersByClient) {
      // Operations of one transaction may run in any order that nobody can see.
      if (Math.min(...orders) < (newestOrders.at(client, length) ?? 0)) {
        verdicts.breaks("I3", `Client ${client}'s intention ${Math.min(...orders)} took effect after a later one.`);
      }
      newestOrders.set(client, length, Math.max(...orders));
    }
    for (const verdict of stored) storedVerdicts.set(keyOf(verdict), { index: length, verdict });
    for (const { deviceId, lastSeq } of progress) advance(deviceId, lastSeq, stored);
  }

  /** The seqs of a device are 1, 2, 3 …, each with its verdict. */
  function advance(deviceId: string, lastSeq: number, stored: readonly NewVerdict[]): void {
    const before = lastSeqs.at(deviceId, length) ?? 0;
    const seqs = stored.filter((verdict) => verdict.deviceId === deviceId).map(({ seq }) => seq);
    const expected = Array.from({ length: seqs.length }, (_, offset) => before + offset + 1);
    if (seqs.join() !== expected.join() || lastSeq !== before + seqs.length) {
      verdicts.breaks(
        "I3",
        `Device ${deviceId} went from seq ${before} to ${lastSeq} by verdicts for [${seqs.join()}].`,
      );
    }
    lastSeqs.set(deviceId, length, lastSeq);
  }

  return {
    reference,
    commit,
    retried: (token: string) => void retried.add(token),
    length: () => length,
    hasEffect: (token: string) => effects.has(token),
    effectCommit: (token: string) => effects.get(token),
    lastSeq: (deviceId: string, index: number) => lastSeqs.at(deviceId, index) ?? 0,
    verdict: (deviceId: string, seq: number) => storedVerdicts.get(keyOf({ deviceId, seq }))?.verdict,
    /** A backup is restored: what came after `index` never happened. Answers the intentions that lost their effect. */
    rewind(index: number): readonly string[] {
      length = index;
      reference.rewind(index);
      lastSeqs.rewind(index);
      newestOrders.rewind(index);
      for (const [key, stored] of storedVerdicts) if (stored.index > index) storedVerdicts.delete(key);
      const lost = [...effects].filter(([, commitIndex]) => commitIndex > index).map(([token]) => token);
      for (const token of lost) effects.delete(token);
      return lost;
    },
  };
}
export type History = ReturnType<typeof createHistory>;

const keyOf = ({ deviceId, seq }: { readonly deviceId: string; readonly seq: number }) => `${deviceId} ${seq}`;
