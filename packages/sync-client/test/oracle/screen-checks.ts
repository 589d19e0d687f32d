import type { ClientPort, KeptOperation, PulledRow, Screen } from "./client-port.ts";
import { expectedScreen } from "./overlay-reference.ts";
import { intentOf } from "./reference.ts";
import type { Verdicts } from "./violation.ts";
import { isSameRow } from "./same-row.ts";

/** Longer than tabs need to hear of each other, and than requests that overlap take to end. */
const LAG_MS = 1_500;
/**
 * An answer of the server ends what a leader says of it at once (C19). A visible follower hears so a message later; where the
 * leader dies before it can tell, with its second question that stays unanswered, the third 270 ms after the last that was
 * answered (C24): 810 ms, and the longest way of two messages. `storage` is no matter of the server's: as soon after
 * something was stored, it is over.
 */
const REPORT_LAG_MS = 850;
/**
 * A push that the server refuses makes its leader wait, whatever was answered to the pushes before it: the longest first
 * backoff (C16), and the exchange that comes then.
 */
const REFUSAL_LAG_MS = REPORT_LAG_MS + 500 + 1_200;

/**
 * A leader that was robbed and thaws may say once more what it knew, before it hears that it was robbed. Then it asks how
 * things stand, and the leader's answer puts all tabs right (C24): two messages later. A tab that thaws hears at once what
 * it was told meanwhile, how things stand among it, and has read what waits as soon as a slow disk answers.
 */
const ANSWER_MS = 100;

/** One screen at one moment, and what its device holds then. */
interface Sight {
  readonly port: ClientPort;
  readonly screen: Screen;
  readonly operations: readonly KeptOperation[];
}

/** Checks what people see against what is true (I4, I5, I10, C5). */
export function createScreenChecks(deps: { readonly verdicts: Verdicts; readonly now: () => number }) {
  const { verdicts, now } = deps;
  /** When intentions became durable on their device. */
  const queuedAt = new Map<string, number>();
  /** By author: what was compared last, and need not be again while all of it is the same. */
  const compared = new Map<number, readonly unknown[]>();
  const halved = new Map<number, Screen["rows"]>();

  return {
    queued: (token: string) => void queuedAt.set(token, now()),

    /** Whichever tab queues it again, the others hear of it later. */
    decided: (token: string) => void queuedAt.delete(token),

    look(sight: Sight): void {
      checkStatus(sight);
      checkHalves(sight.screen);
      if (sight.screen.isCurrent) checkOverlay(sight);
    },

    /** Nothing waits any more: a screen says so. */
    finish(client: number, { author, status }: Screen): void {
      if (status.state !== "synced" || status.pending > 0) {
        const said = `${status.state} (${status.reason}), ${status.pending} pending`;
        verdicts.breaks("I10", `Tab ${author} of client ${client} says "${said}" when all is synced.`);
      }
    },

    compareWithPulled(screen: Screen, rows: ReadonlyMap<string, PulledRow>): void {
      if (screen.deadLetters.length > 0) verdicts.breaks("I10", `Tab ${screen.author} still shows what was discarded.`);
      compare(screen, expectedScreen(rows, []));
    },
  };

  function checkStatus({ screen, operations }: Sight): void {
    const { status, outbox, deadLetters, author, heard, heardForMs, storesForMs, thawedForMs, visibleForMs } = screen;
    const says = (what: string) => verdicts.breaks("I10", `Tab ${author} says ${status.state}: ${what}`);
    if (status.pending !== outbox.length) says(`${status.pending} are pending, ${outbox.length} are listed.`);
    if (status.deadLetters !== deadLetters.length)
      says(`${status.deadLetters} are refused, ${deadLetters.length} listed.`);
    if (status.oldestPendingAt !== (outbox[0]?.at ?? null)) says("the oldest is another one.");
    const isRefused = status.reason === "server" || status.reason === "signed-out";
    const lagMs = isRefused ? REFUSAL_LAG_MS : REPORT_LAG_MS;
    if (status.reason === "storage") {
      if (Math.min(storesForMs, visibleForMs) > REPORT_LAG_MS)
        says(`storage, which stores again for ${storesForMs} ms.`);
    } else if (status.reason !== "none" && heard === "well" && thawedForMs > ANSWER_MS) {
      if (Math.min(heardForMs, visibleForMs) > lagMs)
        says(`${status.reason}, and the server was heard for ${heardForMs} ms.`);
    }
    if (status.state !== "synced") return;
    if (outbox.length > 0) says(`${outbox.length} operations wait.`);
    if (heard === "nothing") says("the server was never heard.");
    if (heard === "lost" && heardForMs > LAG_MS) says(`nothing was heard for ${heardForMs} ms.`);
    for (const { state, args } of operations) {
      const token = intentOf(args)?.token;
      const since = token === undefined ? undefined : queuedAt.get(token);
      if (state === "refused" || since === undefined) continue;
      const isOwn = token?.startsWith(`${author}:`) === true;
      const isLate = now() - since > LAG_MS && thawedForMs > ANSWER_MS;
      if ((screen.isCurrent && isOwn) || isLate) says(`${token} is ${state}.`);
    }
  }

  /** The two halves of a pair are written by one operation. */
  function checkHalves({ author, rows }: Screen): void {
    if (halved.get(author) === rows) return;
    halved.set(author, rows);
    for (const [key, { value }] of rows) {
      if (!key.startsWith("half/") || !key.endsWith("left")) continue;
      const other = rows.get(key.replace("left", "right"));
      if (other?.value["value"] === value["value"]) continue;
      verdicts.breaks("I5", `Tab ${author} shows half a transaction: ${JSON.stringify([value, other?.value])}.`);
    }
  }

  /** What is shown is the pulled rows under the operations that the device holds, in their order (C5). */
  function checkOverlay({ port, screen, operations }: Sight): void {
    const pulled = port.shown().rows;
    const parts = [screen.rows, screen.outbox, screen.deadLetters, operations, pulled];
    if (compared.get(screen.author)?.every((part, index) => part === parts[index])) return;
    compared.set(screen.author, parts);
    const known = new Set([...screen.outbox, ...screen.deadLetters].map(({ id }) => id));
    if (known.size !== operations.length || !operations.every(({ id }) => known.has(id))) return;
    compare(screen, expectedScreen(pulled, operations));
  }

  function compare({ author, rows }: Screen, expected: Screen["rows"]): void {
    for (const [key, { value, state }] of expected) {
      const shown = rows.get(key);
      if (shown === undefined) verdicts.breaks("I4", `Tab ${author} does not show ${key}.`);
      else if (!isSameRow(shown.value, value) || shown.state !== state) {
        const [is, must] = [JSON.stringify(shown), JSON.stringify({ value, state })];
        verdicts.breaks("I4", `Tab ${author} shows ${key} as ${is}, not ${must}.`);
      }
    }
    if (rows.size === expected.size) return;
    const ghost = [...rows.keys()].find((key) => !expected.has(key));
    verdicts.breaks("I4", `Tab ${author} shows ${ghost}, which nothing brought.`);
  }
}
