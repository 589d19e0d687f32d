import { userScope, type OperationVerdict } from "@tidemark/api/contracts";
import type { NewVerdict, SyncChange } from "@tidemark/api/server";
import type { Offer, Parked } from "./offers.ts";
import { isSame, type FieldLoss, type MergeOutcome } from "./merge-reference.ts";
import { tokenOf, type Reference } from "./reference.ts";
import type { Commit } from "./simulated-store.ts";
import type { Verdicts } from "./violation.ts";
import { isSameRow } from "./same-row.ts";

/** An effect, with what its author pushed and what became of the values, as the reference judges it. */
export interface JudgedEffect {
  readonly effect: Commit["effects"][number];
  /** Nothing for an operation that an operator ran again. */
  readonly offer: Offer | undefined;
  readonly merge: MergeOutcome | undefined;
}

interface CommitCheckDeps {
  readonly reference: Reference;
  readonly verdicts: Verdicts;
  readonly offerOf: (place: { readonly deviceId: string; readonly seq: number }) => Offer | undefined;
  readonly parkedOf: (place: { readonly deviceId: string; readonly seq: number }) => Parked | undefined;
}

const isOwn = ({ scope }: SyncChange) => scope.startsWith("user:");

/** Holds what a transaction brought against what its operations mean, at its commit. */
export function createCommitChecks({ reference, verdicts, offerOf, parkedOf }: CommitCheckDeps) {
  return function check(index: number, told: Commit, judged: readonly JudgedEffect[]): void {
    for (const effect of judged) checkMeaning(effect);
    const texts = new Map(told.verdicts.filter(({ isFirst }) => isFirst).map((verdict) => [offerOf(verdict), verdict]));
    const losses: FieldLoss[] = [];
    for (const { offer, merge } of judged) {
      if (merge === undefined || offer === undefined) continue;
      losses.push(...merge.losses);
      checkMerge(offer, merge, texts.get(offer));
    }
    checkLosses(index, told.changes, losses);
    for (const [offer, verdict] of texts)
      if (offer !== undefined) checkVerdict(index, told, { offer, text: verdict.text });
    checkOwnDeletions(index, told, texts);
    for (const change of told.changes) {
      if (change.entity === "verdict") checkFinalVerdict(index, change, judged);
    }
    // In the order of their versions, which is the order of the index.
    for (const change of told.changes) checkRecorded(index, change);
  };

  /** What takes effect is what its author wrote, whatever version of the app that was (S41). */
  function checkMeaning({ effect: { operation, args }, offer }: JudgedEffect): void {
    if (offer === undefined) return;
    const { meaning } = offer;
    const isMeant =
      meaning?.name === operation && (operation === "card.edit" || isSameRow({ ...args }, { ...meaning.args }));
    if (!isMeant) {
      verdicts.breaks("I1", `${args.token} took effect as ${operation} ${JSON.stringify(args)}, which nobody wrote.`);
    }
  }

  function checkMerge(offer: Offer, merge: MergeOutcome, stored: NewVerdict | undefined): void {
    const { token } = offer.args;
    if (merge.isRefused) verdicts.breaks("I9", `${token} overwrote a note that its author had not seen.`);
    const { status, conflict } = stored === undefined ? {} : parse(stored.text);
    const isOther = Object.keys(merge.other).length > 0;
    if (isOther !== (status === "merged") || (isOther && !isSame(sorted(conflict?.server), sorted(merge.other)))) {
      const must = JSON.stringify(merge.other);
      verdicts.breaks("I9", `${token} is ${stored?.text}, where the server's values are ${must}.`);
    }
  }

  /** Who lost a value is told, and nobody else (S31). */
  function checkLosses(index: number, changes: readonly SyncChange[], losses: readonly FieldLoss[]): void {
    const expected = losses.map((loss) => lossText(userScope(loss.loser), { ...loss }));
    const rows = changes.filter(({ entity, value }) => entity === "conflict" && value !== null);
    const recorded = rows.map(({ scope, value }) => lossText(scope, value ?? {}));
    if (expected.sort().join("\n") !== recorded.sort().join("\n")) {
      verdicts.breaks("I9", `Lost: ${expected.join(", ") || "nothing"}; told: ${recorded.join(", ") || "nothing"}.`);
    }
    for (const { scope, entity, id, value } of rows) reference.setOwn(index, `${entity}/${id}`, { scope, value });
  }

  function checkVerdict(
    index: number,
    told: Commit,
    { offer, text }: { readonly offer: Offer; readonly text: string },
  ): void {
    const { userId, name, args, base, deviceId, meaning, isGrouped } = offer;
    if (text.includes("CONTRACT_TOO_OLD") && meaning !== undefined) {
      verdicts.breaks("I1", `${args.token} (${name}) was refused as too old, and has a meaning.`);
    }
    if (name === "card.edit" && text.includes('"CONFLICT"')) {
      const { conflict } = parse(text);
      // Which operations of this transaction came before it cannot be seen.
      const author = { userId, deviceId, base };
      const judgements = [reference.judge(index - 1, args, author), reference.judge(index, args, author)];
      const isMet = judgements.some(({ isRefused, other }) => isRefused && isSame(conflict?.server, other));
      // Of a group the refusal is written down in a later transaction than the one that met it.
      const isEarlier = isGrouped && conflict?.server !== undefined;
      const isPassing = told.effects.some(
        ({ operation, args: passing }) =>
          operation === "card.edit" && passing.id === args.id && isSame(conflict?.server, { note: passing.note }),
      );
      if (!isMet && !isPassing && !isEarlier) {
        verdicts.breaks("I9", `${args.token} was refused as ${text}, where nothing stands against it so.`);
      }
    }
    if (name !== "conflict.dismiss") return;
    const scope = userScope(userId);
    const id = String(args.id);
    const isThere = reference.row(scope, `conflict/${id}`, index) != null;
    if (text.includes('"applied"')) reference.setOwn(index, `conflict/${id}`, { scope, value: null });
    if (isThere && text.includes('"NOT_FOUND"')) verdicts.breaks("I9", `${userId} could not dismiss conflict ${id}.`);
    const isRecorded = told.changes.some(
      (change) => change.entity === "conflict" && change.id === id && change.value === null,
    );
    if (isThere && text.includes('"applied"') && !isRecorded) {
      verdicts.breaks("I9", `${userId} dismissed conflict ${id}, and it is still there.`);
    }
  }

  function checkOwnDeletions(
    index: number,
    { changes }: Commit,
    texts: ReadonlyMap<Offer | undefined, NewVerdict>,
  ): void {
    for (const change of changes) {
      if (change.entity !== "conflict" || change.value !== null) continue;
      const isWanted = [...texts].some(
        ([offer, { text }]) =>
          offer?.name === "conflict.dismiss" &&
          offer.args.id === change.id &&
          change.scope === userScope(offer.userId) &&
          text.includes('"applied"'),
      );
      if (!isWanted)
        verdicts.breaks("I9", `Conflict ${change.id} of ${change.scope} went in commit ${index}, unasked.`);
    }
  }

  /** The final verdict of what was parked: once, to its author, and true (S28). */
  function checkFinalVerdict(index: number, { scope, id, value }: SyncChange, judged: readonly JudgedEffect[]): void {
    const row = { ...value };
    const place = { deviceId: String(row["deviceId"]), seq: Number(row["seq"]) };
    const parked = parkedOf(place);
    const offer = offerOf(place);
    const fail = (what: string) => verdicts.breaks("I2", `Parked seq ${place.seq} of ${place.deviceId}: ${what}`);
    if (parked === undefined || offer === undefined) return fail("nothing like it was parked.");
    if (parked.settledAt < index) fail("it was settled before.");
    parked.settledAt = index;
    if (scope !== userScope(offer.userId)) fail(`its verdict went to ${scope}.`);
    const hasEffect = judged.some(({ effect }) => tokenOf(effect.args) === parked.token);
    if (hasEffect !== (row["status"] === "applied")) fail(`it is ${String(row["status"])}, with effect: ${hasEffect}.`);
    reference.setOwn(index, `verdict/${id}`, { scope, value });
  }

  function checkRecorded(index: number, change: SyncChange): void {
    const { scope, entity, id, version, value } = change;
    const before = reference.number(index, change);
    if (version !== before + 1) verdicts.breaks("I8", `${scope} went from version ${before} to ${version}.`);
    const expected = reference.row(scope, `${entity}/${id}`, index)?.value ?? null;
    if (isOwn(change) || isSameRow(value, expected)) return;
    const [is, must] = [JSON.stringify(value), JSON.stringify(expected)];
    verdicts.breaks(entity === "card" ? "I9" : "I8", `${entity} ${id} became ${is}, not ${must}.`);
  }
}

const parse = (text: string) => JSON.parse(text) as OperationVerdict;

const lossText = (scope: string, { field, lost, won, by }: Readonly<Record<string, unknown>>): string =>
  `${scope} ${JSON.stringify([field, lost, won, by])}`;

const sorted = (fields: unknown) => Object.entries(Object(fields)).sort(([left], [right]) => (left < right ? -1 : 1));
