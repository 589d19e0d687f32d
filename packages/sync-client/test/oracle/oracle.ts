import type { PullOutput, PushInput, PushOutput } from "@tidemark/api/contracts";
import type { PullInput } from "@tidemark/api/server";
import { createAnswerChecks } from "./answer-checks.ts";
import type { ClientPort, KeptOperation, WriteOutcome } from "./client-port.ts";
import { createFlickerChecks } from "./flicker-checks.ts";
import { createHistory } from "./history.ts";
import { NEWEST_VERSION } from "./lists-contract.ts";
import { createPositions } from "./positions.ts";
import { intentOf } from "./reference.ts";
import type { Commit } from "./simulated-store.ts";
import { createScreenChecks } from "./screen-checks.ts";
import { checkView } from "./view-checks.ts";
import { createVerdicts, type Verdicts } from "./violation.ts";

/** A client, as the oracle knows it. */
export interface Watched {
  readonly client: number;
  readonly userId: string;
}

export interface OracleDeps {
  /** Virtual milliseconds. */
  readonly now: () => number;
  /** Whether nobody ever takes a list away from this person. */
  readonly isNeverRemoved: (userId: string) => boolean;
}

/** Watches a world and says which promise was broken first. */
export function createOracle({ now, isNeverRemoved }: OracleDeps) {
  const verdicts = createVerdicts(now);
  const history = createHistory(verdicts);
  const answers = createAnswerChecks({ history, verdicts });
  const positions = createPositions(history.reference);
  /** Cursors that have been looked at, by client. */
  const checked = new Map<number, string>();
  /** Intentions that a restored backup took back after their client had seen them through: nobody can bring them again. */
  const lostWithBackup = new Set<string>();
  /** Intentions that went with a device's storage. */
  const evicted = new Set<string>();
  /** Intentions about which a person has decided after their refusal. */
  const decided = new Set<string>();
  const screens = createScreenChecks({ verdicts, now });
  const flickers = createFlickerChecks({ history, verdicts });

  return {
    firstViolation: verdicts.first,
    breaks: verdicts.breaks,
    committed: (commit: Commit) => history.commit(commit),
    commitCount: history.length,
    acknowledges: answers.acknowledges,
    pushed({ userId }: Watched, { deviceId, contract, ops }: PushInput): void {
      for (const operation of ops)
        history.offered({ userId, deviceId }, contract?.version ?? NEWEST_VERSION, operation);
    },
    pushAnswered: (input: PushInput, output: PushOutput) => answers.pushAnswered(input, output),

    pullAnswered(
      { client, userId }: Watched,
      pull: { readonly input: PullInput; readonly output: PullOutput; readonly snapshot: number },
    ): void {
      answers.pullAnswered({ ...pull, userId });
      positions.pulled({ ...pull, client, userId });
    },

    /** Looks at a client's rows once after each pull. */
    look({ client, userId }: Watched, port: ClientPort): void {
      const operations = port.operations();
      for (const screen of port.screens()) {
        screens.look({ port, screen, operations });
        if (isNeverRemoved(userId)) flickers.look(client, screen, operations);
      }
      const shown = port.shown();
      const { cursor } = shown;
      if (cursor === null || checked.get(client) === cursor) return;
      checked.set(client, cursor);
      const position = positions.of(client, cursor);
      if (position === undefined) return;
      checkView({ history, verdicts }, { client, userId, rows: shown.rows, position, knows: port.knows });
    },

    /** The client says that these are durable, or that it does not take them (I1). */
    resolved({ client }: Watched, port: ClientPort, intents: readonly Intent[]): void {
      const kept = new Set(port.operations().map(({ args }) => intentOf(args)?.token));
      for (const { token, outcome } of intents) {
        if (outcome === "queued") screens.queued(token);
        const isExcused = lostWithBackup.has(token) || evicted.has(token);
        if (outcome === "queued" && !kept.has(token) && !history.hasEffect(token) && !isExcused) {
          verdicts.breaks("I1", `Client ${client} said that ${token} is durable, and it is nowhere.`);
        }
        if (outcome === "refused" && kept.has(token)) {
          verdicts.breaks("I1", `Client ${client} refused ${token}, and queued it.`);
        }
      }
    },

    /** A person is about to decide about one of these, and with it about what depends on it. */
    decides({ client }: Watched, operations: readonly KeptOperation[], decision: "retry" | "discard"): void {
      flickers.excuse(client);
      for (const { args, state } of operations) {
        const token = intentOf(args)?.token;
        if (token === undefined || state === "settled") continue;
        // What waits behind a refused operation may need a row of it, and is given up with it.
        decided.add(token);
        screens.decided(token);
        if (decision === "retry") history.retried(token);
      }
    },

    /** A backup taken after `index` commits takes the place of the database. */
    restored(index: number, clients: readonly ClientPort[]): void {
      const waiting = new Set(clients.flatMap(waitingFor));
      for (const token of history.rewind(index)) if (!waiting.has(token)) lostWithBackup.add(token);
      answers.forgetHistory();
      positions.clear();
      flickers.forgetHistory();
      checked.clear();
    },

    /** The browser has cleared a device; its tabs may remember some of what was on it, as long as one of them lives. */
    evicted({ client }: Watched, intents: readonly Intent[], remembered: readonly string[]): void {
      flickers.excuse(client);
      const stays = new Set(remembered);
      for (const { token } of intents) if (!stays.has(token)) goes(token);
    },
    /** Whoever remembered has gone. */
    forgets(tokens: Iterable<string>): void {
      for (const token of tokens) goes(token);
    },

    /** Whether nothing waits and the client shows the newest state. */
    isQuiet(watched: Watched, port: ClientPort): boolean {
      if (history.waitsForOperator() > 0) return false;
      if (port.operations().some(({ state }) => state !== "refused")) return false;
      if (port.screens().some(({ status }) => status.state !== "synced")) return false;
      const scratch = createVerdicts(now);
      checkNewest(scratch, watched, port);
      return scratch.first() === undefined;
    },

    /** The faults are over and time was given: everything has arrived, nothing is lost (I1, I6). */
    finish(watched: Watched, port: ClientPort, intents: readonly Intent[]): void {
      const { client } = watched;
      const operations = port.operations();
      if (history.waitsForOperator() > 0)
        verdicts.breaks("I6", "An operator ran everything again, and some is parked.");
      const queued = operations.filter(({ state }) => state === "queued").length;
      if (queued > 0) verdicts.breaks("I6", `Client ${client} still has ${queued} operations queued.`);
      const waiting = operations.filter(({ state }) => state === "settled").length;
      if (waiting > 0) verdicts.breaks("I6", `Client ${client} was never shown ${waiting} applied operations.`);
      checkNewest(verdicts, watched, port);
      for (const screen of port.screens()) screens.finish(client, screen);
      const refused = new Set(operations.map(({ args }) => intentOf(args)?.token));
      for (const { token, mustApply, group, outcome } of intents) {
        const hasEffect = history.hasEffect(token);
        const isExcused = lostWithBackup.has(token) || decided.has(token) || evicted.has(token) || outcome !== "queued";
        if (!hasEffect && !refused.has(token) && !isExcused) {
          verdicts.breaks("I1", `The intention ${token} is neither in the database nor among the refused.`);
        }
        const isRefused = (refused.has(token) && !history.wasParked(token)) || outcome === "refused";
        if (hasEffect && isRefused) verdicts.breaks("I2", `The intention ${token} was refused, and took effect.`);
        const isWhole = group.every((other) => history.effectCommit(other) === history.effectCommit(token));
        if (!isWhole && !group.some((other) => decided.has(other) || evicted.has(other))) {
          verdicts.breaks("I5", `The group ${group.join(" ")} did not take effect as one.`);
        }
        if (mustApply && refused.has(token))
          verdicts.breaks("I1", `The intention ${token} was refused for no fault of its own.`);
      }
    },

    /** Once the refused is given up, a screen shows what the database holds, and nothing else (C5). */
    finishScreens(port: ClientPort): void {
      const { rows } = port.shown();
      for (const screen of port.screens()) screens.compareWithPulled(screen, rows);
    },

    /** The database's own rows against the replayed history. */
    compareRows(rows: readonly { readonly key: string; readonly value: object }[]): void {
      const expected = new Set<string>();
      for (const scope of history.reference.scopes()) {
        if (scope.startsWith("user:")) continue;
        for (const [key] of history.reference.rowsIn(scope, history.length())) expected.add(key);
      }
      for (const { key } of rows)
        if (!expected.has(key)) verdicts.breaks("I5", `${key} is in the database, and nothing brought it.`);
      if (rows.length !== expected.size)
        verdicts.breaks("I1", `The database has ${rows.length} rows, the history ${expected.size}.`);
    },
  };

  /**
   * Nothing on the device knows of it any more, nor of the device id that it may be under way by still: a push of before the
   * clearing that comes after what was written since is nobody's fault.
   */
  function goes(token: string): void {
    evicted.add(token);
    history.mayComeLate(token);
  }

  /** What a device asks for is the newest there is. */
  function checkNewest(into: Verdicts, { client, userId }: Watched, port: ClientPort): void {
    const { cursor, rows } = port.shown();
    const known = cursor === null ? undefined : positions.of(client, cursor);
    if (known === undefined) return into.breaks("I6", `Client ${client} has not pulled.`);
    const newest = history.length();
    const wanted = new Set(port.wanted());
    const places = new Map(known.places);
    for (const scope of history.reference.readableScopes(userId, newest)) {
      if (wanted.has(scope)) places.set(scope, { index: newest, since: places.get(scope)?.since ?? Infinity });
    }
    const position = { snapshot: newest, places };
    checkView({ history, verdicts: into }, { client, userId, rows, position, knows: port.knows }, "I6");
  }
}
export type Oracle = ReturnType<typeof createOracle>;

/** Something that a client was asked to do. */
export interface Intent {
  readonly token: string;
  /** Nothing can speak against it: its author is never removed, and it stands alone. */
  readonly mustApply: boolean;
  /** The intentions that it was written together with, itself among them. */
  readonly group: readonly string[];
  /** What the client said of it; `unknown` until it says something. */
  outcome: WriteOutcome | "unknown";
}

/** The intentions that a client still carries to the server, whatever becomes of it. */
function waitingFor(port: ClientPort): readonly (string | undefined)[] {
  // What the disk takes in just now may confirm some of them.
  if (port.isStoring()) return [];
  return port.operations().flatMap(({ args, state }) => (state === "refused" ? [] : [intentOf(args)?.token]));
}
