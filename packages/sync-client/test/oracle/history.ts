import type { PushOperation } from "@tidemark/api/contracts";
import type { NewVerdict } from "@tidemark/api/server";
import { createCommitChecks, type JudgedEffect } from "./commit-checks.ts";
import type { IntentArgs } from "./lists-contract.ts";
import type { Offer, Parked } from "./offers.ts";
import { meaningOf } from "./older-names.ts";
import { createReference, intentOf, tokenOf, type Authorship } from "./reference.ts";
import type { Commit } from "./simulated-store.ts";
import { createTimelines } from "./timeline.ts";
import type { Verdicts } from "./violation.ts";

interface Place {
  readonly deviceId: string;
  readonly seq: number;
}

interface Stored {
  readonly index: number;
  readonly verdict: NewVerdict;
}

/** Everything that was committed, checked as it comes (I1, I2, I3, I5, I7, I8, I9). */
export function createHistory(verdicts: Verdicts) {
  const reference = createReference();
  /** By device: the last seq that has a verdict. */
  const lastSeqs = createTimelines<number>();
  /** By intention: the commit that brought its effect. */
  const effects = new Map<string, number>();
  /** By client: the newest intention that took effect. */
  const newestOrders = createTimelines<number>();
  /** By device and seq. */
  const storedVerdicts = new Map<string, Stored>();
  const offers = new Map<string, Offer>();
  /** By device and seq: an operation that was in another device's queue before, and where. */
  const requeued = new Map<string, { readonly id: string; readonly origin: Place }>();
  const offerOf = (place: Place) => offers.get(keyOf(place));
  const parked = new Map<string, Parked>();
  /** Intentions that came or may come after later ones: retried, run again by an operator, or forgotten by their device. */
  const late = new Set<string>();
  /** Failed on the server once. */
  const everParked = new Set<string>();
  const retried = new Set<string>();
  let length = 0;
  const check = createCommitChecks({ reference, verdicts, offerOf, parkedOf: (place) => parked.get(keyOf(place)) });

  function commit(told: Commit): void {
    length += 1;
    const accepted = new Map<string, Offer>();
    for (const verdict of told.verdicts) {
      const offer = verdict.isFirst ? offerOf(verdict) : undefined;
      const token = tokenOf(offer?.args);
      if (offer !== undefined && token !== undefined) accepted.set(token, offer);
    }
    // What an edit meets is judged one after the other, in the order of effects; all else once they are in.
    const judged = told.effects.map((effect): JudgedEffect => {
      const offer = accepted.get(effect.args.token);
      return { effect, offer, merge: reference.apply(length, effect, offer && authorshipOf(offer)) };
    });
    for (const effect of told.effects) noteEffect(effect);
    noteOrders(told);
    for (const verdict of told.verdicts) {
      storedVerdicts.set(keyOf(verdict), { index: length, verdict });
      if (verdict.text.includes('"status":"parked"') && verdict.isFirst) park(verdict);
    }
    check(length, told, judged);
    for (const { deviceId, lastSeq } of told.progress) advance(deviceId, lastSeq, told.verdicts);
  }

  function noteEffect({ operation, userId, args }: Commit["effects"][number]): void {
    const intent = intentOf(args);
    if (intent === undefined) return;
    const { token } = intent;
    // A person may send again what an operator runs again: those are two operations.
    const isTwice = effects.has(token) && !(everParked.has(token) && retried.has(token));
    if (isTwice) verdicts.breaks("I2", `${operation} ${token} took effect a second time.`);
    if (!reference.isMember(args.listId, userId, length)) {
      verdicts.breaks(
        "I7",
        `${operation} ${token} of ${userId} was committed after their removal from ${args.listId}.`,
      );
    }
    effects.set(token, length);
  }

  /** Operations of one transaction may run in any order that nobody can see. */
  function noteOrders({ effects: taken }: Commit): void {
    const ordersByClient = new Map<number, number[]>();
    for (const { args } of taken) {
      const intent = intentOf(args);
      if (intent === undefined || late.has(intent.token)) continue;
      const orders = ordersByClient.get(intent.client) ?? [];
      ordersByClient.set(intent.client, orders);
      orders.push(intent.order);
    }
    for (const [client, orders] of ordersByClient) {
      const key = String(client);
      if (Math.min(...orders) < (newestOrders.at(key, length) ?? 0)) {
        verdicts.breaks("I3", `Client ${client}'s intention ${Math.min(...orders)} took effect after a later one.`);
      }
      newestOrders.set(key, length, Math.max(...orders));
    }
  }

  function park(verdict: NewVerdict): void {
    const token = tokenOf(offers.get(keyOf(verdict))?.args) ?? "";
    parked.set(keyOf(verdict), { index: length, token, settledAt: Infinity });
    late.add(token);
    everParked.add(token);
  }

  /** Where an operation had got its verdict before it came to this place. */
  function settledOrigin(place: Place): Place | undefined {
    const { id, origin } = requeued.get(keyOf(place)) ?? {};
    return origin && storedVerdicts.get(keyOf(origin))?.verdict.operationId === id ? origin : undefined;
  }

  /** The seqs of a device are 1, 2, 3 …, each with its verdict, if it has not got that elsewhere. */
  function advance(deviceId: string, lastSeq: number, stored: readonly NewVerdict[]): void {
    const before = lastSeqs.at(deviceId, length) ?? 0;
    const seqs = stored.filter((verdict) => verdict.deviceId === deviceId).map(({ seq }) => seq);
    const expected = Array.from({ length: lastSeq - before }, (_, offset) => before + offset + 1);
    if (seqs.join() !== expected.filter((seq) => seqs.includes(seq) || !settledOrigin({ deviceId, seq })).join()) {
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
    /** A device pushes this; what it gave up since keeps the place of what it was. */
    offered(
      by: Pick<Offer, "userId" | "deviceId">,
      version: number,
      { id, seq, name, args, base, group, origin }: PushOperation,
    ): void {
      const { userId, deviceId } = by;
      if (origin) requeued.set(keyOf({ deviceId, seq }), { id, origin });
      const isGivenUp = args === null;
      if (isGivenUp) return;
      const written = args as IntentArgs;
      offers.set(keyOf({ deviceId, seq }), {
        userId,
        deviceId,
        name,
        base,
        args: written,
        isGrouped: group !== undefined,
        meaning: meaningOf(version, name, written),
      });
    },
    retried(token: string): void {
      late.add(token);
      retried.add(token);
    },
    mayComeLate: (token: string) => void late.add(token),
    length: () => length,
    hasEffect: (token: string) => effects.has(token),
    effectCommit: (token: string) => effects.get(token),
    /** Whether an operator may have brought it, whatever its device was told. */
    wasParked: (token: string) => everParked.has(token),
    /** Whether a person has sent it again after its refusal, as another operation. */
    wasRetried: (token: string) => retried.has(token),
    /** What no operator has settled. */
    waitsForOperator: () => [...parked.values()].filter(({ settledAt }) => settledAt === Infinity).length,
    lastSeq: (deviceId: string, index: number) => lastSeqs.at(deviceId, index) ?? 0,
    settledOrigin,
    verdict: (deviceId: string, seq: number) => storedVerdicts.get(keyOf({ deviceId, seq }))?.verdict,
    /** A backup is restored: what came after `index` never happened. Answers the intentions that lost their effect. */
    rewind(index: number): readonly string[] {
      length = index;
      reference.rewind(index);
      lastSeqs.rewind(index);
      newestOrders.rewind(index);
      for (const [key, stored] of storedVerdicts) if (stored.index > index) storedVerdicts.delete(key);
      for (const [key, kept] of parked) {
        if (kept.index > index) parked.delete(key);
        else if (kept.settledAt > index) kept.settledAt = Infinity;
      }
      const lost = [...effects].filter(([, commitIndex]) => commitIndex > index).map(([token]) => token);
      for (const token of lost) effects.delete(token);
      return lost;
    },
  };
}
export type History = ReturnType<typeof createHistory>;

const keyOf = ({ deviceId, seq }: Place) => `${deviceId} ${seq}`;

const authorshipOf = ({ userId, deviceId, base, args }: Offer): Authorship => ({ userId, deviceId, base, asked: args });
