import type { OperationResult, OperationVerdict, PullOutput, PushInput, PushOutput } from "@tidemark/api/contracts";
import type { PullInput } from "@tidemark/api/server";
import type { History } from "./history.ts";
import { intentOf } from "./reference.ts";
import type { Verdicts } from "./violation.ts";
import { isSameRow } from "./same-row.ts";

/** Checks what the server answers at the moment it does, whether the answer arrives or not (I1, I2, I3, I4, I7). */
export function createAnswerChecks(deps: { readonly history: History; readonly verdicts: Verdicts }) {
  const { history, verdicts } = deps;
  /** Device and seq of verdicts that were given as new. */
  const givenAsNew = new Set<string>();
  /** By device: the highest `ackSeq` that it ever sent. */
  const acknowledged = new Map<string, number>();

  return {
    /** A device confirms verdicts from now on, whatever becomes of this request. */
    acknowledges(deviceId: string, ackSeq = 0): void {
      acknowledged.set(deviceId, Math.max(ackSeq, acknowledged.get(deviceId) ?? 0));
    },

    /** Another history begins; what devices confirmed before may be gone from its verdicts already. */
    forgetHistory: () => givenAsNew.clear(),

    pushAnswered(input: PushInput, output: PushOutput): void {
      if (output.results.length !== input.ops.length) verdicts.breaks("I3", "A push was answered in part.");
      for (const [position, result] of output.results.entries()) {
        const { args } = input.ops[position] ?? {};
        if (result.seq > output.lastSeq) {
          verdicts.breaks(
            "I3",
            `Seq ${result.seq} has a verdict, and lastSeq is ${output.lastSeq}: it consumed no seq.`,
          );
        }
        const verdict = checkResult(input.deviceId, result);
        if (verdict !== undefined) checkEffect(verdict, args);
      }
    },

    pullAnswered(pull: {
      readonly input: PullInput;
      readonly userId: string;
      readonly output: PullOutput;
      readonly snapshot: number;
    }): void {
      const { input, userId, output, snapshot } = pull;
      const { deviceId } = input;
      const readable = history.reference.readableScopes(userId, snapshot);
      for (const { scope, entity, id, value } of output.changes) {
        if (!readable.has(scope)) {
          verdicts.breaks("I7", `${userId} pulled ${entity} ${id} of ${scope}, which they may not read.`);
        }
        const expected = history.reference.row(scope, `${entity}/${id}`, snapshot)?.value ?? null;
        if (!isSameRow(value, expected))
          verdicts.breaks("I8", `${entity} ${id} was pulled as it was not in the snapshot.`);
      }
      if (input.cursor === null && !output.hasMore) checkWindows(output, snapshot);
      const lastSeq = history.lastSeq(deviceId, snapshot);
      if (output.lastSeq > lastSeq) {
        verdicts.breaks(
          "I4",
          `A pull says lastSeq ${output.lastSeq}, its rows are of ${lastSeq}: own writes would vanish.`,
        );
      }
      if (output.lastSeq < lastSeq)
        verdicts.breaks("I4", `A pull says lastSeq ${output.lastSeq} instead of ${lastSeq}.`);
    },
  };

  /** A first pull stays small: of a log it brings the newest lines (S32). */
  function checkWindows({ changes }: PullOutput, snapshot: number): void {
    const entries = changes.filter(({ entity }) => entity === "entry");
    for (const scope of new Set(entries.map((change) => change.scope))) {
      const isInWindow = history.reference.windowOf(scope, snapshot, Infinity);
      for (const { id } of entries.filter((change) => change.scope === scope)) {
        const row = history.reference.row(scope, `entry/${id}`, snapshot);
        if (row && !isInWindow(row)) verdicts.breaks("I8", `A first pull brought ${id}, which is before the window.`);
      }
    }
  }

  /** The stored verdict, told as new once and as a duplicate ever after. */
  function checkResult(deviceId: string, result: OperationResult): OperationVerdict | undefined {
    const key = `${deviceId} ${result.seq}`;
    const stored = history.verdict(deviceId, result.seq);
    if (stored === undefined) {
      checkForgotten(deviceId, result);
      return undefined;
    }
    if (result.status !== "duplicate") {
      if (givenAsNew.has(key)) verdicts.breaks("I2", `A replay of seq ${result.seq} was answered as if it were new.`);
      givenAsNew.add(key);
      if (JSON.stringify(result) !== stored.text)
        verdicts.breaks("I2", `Seq ${result.seq}: the answer is not the stored verdict.`);
      return result;
    }
    if (result.of === undefined) {
      const confirmed = acknowledged.get(deviceId) ?? 0;
      if (result.seq > confirmed)
        verdicts.breaks("I2", `Seq ${result.seq}: the first verdict is gone, confirmed is ${confirmed}.`);
      return undefined;
    }
    if (JSON.stringify(result.of) !== stored.text)
      verdicts.breaks("I2", `Seq ${result.seq}: \`of\` is not the first verdict.`);
    return result.of;
  }

  /** A verdict that a former device had confirmed: nobody knows what it was. */
  function checkForgotten(deviceId: string, result: OperationResult): void {
    const { seq } = result;
    const origin = history.settledOrigin({ deviceId, seq });
    if (origin === undefined) {
      verdicts.breaks("I1", `Seq ${seq} of ${deviceId} was answered, and nothing of it is in the database.`);
    } else if (result.status !== "duplicate" || result.of !== undefined) {
      verdicts.breaks("I2", `Seq ${seq} of ${deviceId} was answered a verdict that is kept nowhere.`);
    } else if (origin.seq > (acknowledged.get(origin.deviceId) ?? 0)) {
      verdicts.breaks("I2", `Seq ${seq} of ${deviceId}: the first verdict is gone, and no device had confirmed it.`);
    }
  }

  /** What is called applied is there, what is called refused is not. */
  function checkEffect({ status, id }: OperationVerdict, args: unknown): void {
    const intent = intentOf(args);
    if (intent === undefined) return;
    const isApplied = status === "applied" || status === "merged";
    if (isApplied && !history.hasEffect(intent.token)) {
      verdicts.breaks("I1", `${id} (${intent.token}) was acknowledged as ${status}, and its effect is not there.`);
    }
    // An operator may have run it since, or its author sent it again: a late replay is answered as before.
    const isRunAgain = history.wasParked(intent.token) || history.wasRetried(intent.token);
    if (!isApplied && history.hasEffect(intent.token) && !isRunAgain) {
      verdicts.breaks("I2", `${id} (${intent.token}) was answered ${status}, and took effect.`);
    }
  }
}
