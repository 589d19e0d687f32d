import type { PullOutput, PushInput, PushOutput } from "@tidemark/api/contracts";
import { createAnswerChecks } from "./answer-checks.ts";
import type { ClientPort } from "./client-port.ts";
import { createHistory } from "./history.ts";
import { intentOf } from "./reference.ts";
import type { Commit } from "./simulated-store.ts";
import { checkView } from "./view-checks.ts";
import { createVerdicts } from "./violation.ts";

/** A client, as the oracle knows it. */
export interface Watched {
  readonly client: number;
  readonly userId: string;
}

/** Watches a world and says which promise was broken first. */
export function createOracle(now: () => number) {
  const verdicts = createVerdicts(now);
  const history = createHistory(verdicts);
  const answers = createAnswerChecks({ history, verdicts });
  /** By client and cursor: the snapshot that a pull's answer was read from. */
  const snapshots = new Map<string, number>();
  /** Cursors that have been looked at, by client. */
  const checked = new Map<number, string>();
  /** Intentions that a restored backup took back after their client had seen them through: nobody can bring them again. */
  const lostWithBackup = new Set<string>();

  return {
    firstViolation: verdicts.first,
    breaks: verdicts.breaks,
    committed: (commit: Commit) => history.commit(commit),
    commitCount: history.length,
    acknowledges: answers.acknowledges,
    pushAnswered: (input: PushInput, output: PushOutput) => answers.pushAnswered(input, output),

    pullAnswered(
      watched: Watched,
      pull: { readonly deviceId: string; readonly output: PullOutput; readonly snapshot: number },
    ): void {
      answers.pullAnswered({ ...pull, userId: watched.userId });
      if (!pull.output.hasMore) snapshots.set(`${watched.client} ${pull.output.cursor}`, pull.snapshot);
    },

    /** Looks at a client's rows once after each pull. */
    look({ client, userId }: Watched, port: ClientPort): void {
      const { cursor, rows } = port.shown();
      if (cursor === null || checked.get(client) === cursor) return;
      checked.set(client, cursor);
      const index = snapshots.get(`${client} ${cursor}`);
      if (index !== undefined) checkView({ history, verdicts }, { client, userId, rows, index });
    },

    /** A backup taken after `index` commits takes the place of the database. */
    restored(index: number, clients: readonly ClientPort[]): void {
      const waiting = new Set(clients.flatMap((port) => port.unsettled().map((args) => intentOf(args)?.token)));
      for (const token of history.rewind(index)) if (!waiting.has(token)) lostWithBackup.add(token);
      answers.forgetHistory();
      snapshots.clear();
      checked.clear();
    },

    /** Whether nothing waits and the client shows the newest state. */
    isQuiet({ client, userId }: Watched, port: ClientPort): boolean {
      if (port.outboxLength() > 0 || port.unsettled().length > 0) return false;
      const scratch = createVerdicts(now);
      checkView(
        { history, verdicts: scratch },
        { client, userId, rows: port.shown().rows, index: history.length() },
        "I6",
      );
      return scratch.first() === undefined;
    },

    /** The faults are over and time was given: everything has arrived, nothing is lost (I1, I6). */
    finish({ client, userId }: Watched, port: ClientPort, intents: readonly Intent[]): void {
      if (port.outboxLength() > 0)
        verdicts.breaks("I6", `Client ${client} still has ${port.outboxLength()} operations queued.`);
      const waiting = port.unsettled().length;
      if (waiting > 0) verdicts.breaks("I6", `Client ${client} was never shown ${waiting} applied operations.`);
      checkView({ history, verdicts }, { client, userId, rows: port.shown().rows, index: history.length() }, "I6");
      const refused = new Set(port.refused().map((args) => intentOf(args)?.token));
      for (const { token, mustApply, group } of intents) {
        const hasEffect = history.hasEffect(token);
        if (!hasEffect && !refused.has(token) && !lostWithBackup.has(token)) {
          verdicts.breaks("I1", `The intention ${token} is neither in the database nor among the refused.`);
        }
        if (hasEffect && refused.has(token))
          verdicts.breaks("I2", `The intention ${token} was refused, and took effect.`);
        if (group.some((other) => history.effectCommit(other) !== history.effectCommit(token))) {
          verdicts.breaks("I5", `The group ${group.join(" ")} did not take effect as one.`);
        }
        if (mustApply && refused.has(token))
          verdicts.breaks("I1", `The intention ${token} was refused for no fault of its own.`);
      }
    },

    /** The database's own rows against the replayed history. */
    compareRows(rows: readonly { readonly key: string; readonly value: object }[]): void {
      const expected = history.reference.rowsAt(history.length());
      for (const { key } of rows)
        if (!expected.has(key)) verdicts.breaks("I5", `${key} is in the database, and nothing brought it.`);
      if (rows.length !== expected.size)
        verdicts.breaks("I1", `The database has ${rows.length} rows, the history ${expected.size}.`);
    },
  };
}
export type Oracle = ReturnType<typeof createOracle>;

/** Something that a client was asked to do. */
export interface Intent {
  readonly token: string;
  /** Nothing can speak against it: its author is never removed, and it stands alone. */
  readonly mustApply: boolean;
  /** The intentions that it was written together with, itself among them. */
  readonly group: readonly string[];
}
