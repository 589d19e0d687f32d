/** How the server answered one operation of a push; `under-way` and `unknown` where it has not, yet or at all. */
export interface TracedOperation {
  readonly id: string;
  readonly seq: number;
  readonly name: string;
  readonly verdict: "applied" | "merged" | "rejected" | "parked" | "none";
  /** The server had it before and repeats its first verdict: an earlier answer was lost. */
  readonly isRepeated: boolean;
  /** Why it was refused. */
  readonly code: string | null;
}

/** One request to the server, or several in a row that say the same. */
export interface SyncExchange {
  /** Of the newest of them. */
  readonly id: string;
  readonly kind: "push" | "pull";
  /** The tracer, so the tab or worker, that made it. */
  readonly by: string;
  /** ISO time by the device's clock: the newest request's. */
  readonly startedAt: string;
  /** The same of the first of them. */
  readonly firstStartedAt: string;
  /** How many requests in a row it stands for: retries that failed alike, or pulls that brought nothing. */
  readonly times: number;
  /** From request to answer; `null` while it is under way, or where nobody saw its end. */
  readonly durationMs: number | null;
  /**
   * `lost`: no answer, so the server may or may not have heard it. `refused`: it answered with an error. `given-up`:
   * the device let go of it (another tab took over, the page slept, no answer within 30 s).
   */
  readonly outcome: "under-way" | "ok" | "lost" | "refused" | "given-up";
  /** Of a push, in its order. */
  readonly operations: readonly TracedOperation[];
  /** Changes that a pull brought. */
  readonly changes: number;
  /** Scopes that a pull took away. */
  readonly removedScopes: number;
  /** JSON of the request, before any compression. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly error: ExchangeFault | null;
}

export interface ExchangeFault {
  /** The server's code; `null` where something else answered, or nothing. */
  readonly code: string | null;
  readonly httpStatus: number | null;
  readonly message: string;
  /** To be found in the server's log. */
  readonly requestId: string | null;
}

export type ExchangeLog = readonly SyncExchange[];

const MAX_EXCHANGES = 200;

/**
 * The log, newest first, with what is known of an exchange now. What is under way elsewhere is given up by then: one tab
 * leads at a time. What says the same as the one before it joins that.
 */
export function noteExchange(log: ExchangeLog, exchange: SyncExchange): ExchangeLog {
  const known = log.findIndex(({ id }) => id === exchange.id);
  const others = known < 0 ? log.map((other) => giveUp(other, exchange)) : log.toSpliced(known, 1);
  const place = Math.max(known, 0);
  const before = others[place];
  if (before === undefined || !saysTheSame(before, exchange)) return cap(others.toSpliced(place, 0, exchange));
  const times = before.times + exchange.times;
  return others.toSpliced(place, 1, { ...exchange, times, firstStartedAt: before.firstStartedAt });
}

/** Both logs as one: for a tab that opens beside others. */
export function mergeLogs(own: ExchangeLog, others: ExchangeLog): ExchangeLog {
  const known = new Set(own.map(({ id }) => id));
  const all = [...own, ...others.filter(({ id }) => !known.has(id))];
  return cap(all.sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1)));
}

const cap = (log: ExchangeLog): ExchangeLog => (log.length > MAX_EXCHANGES ? log.slice(0, MAX_EXCHANGES) : log);

const giveUp = (other: SyncExchange, newer: SyncExchange): SyncExchange =>
  other.outcome === "under-way" && other.by !== newer.by ? { ...other, outcome: "given-up" } : other;

function saysTheSame(before: SyncExchange, exchange: SyncExchange): boolean {
  if (before.kind !== exchange.kind || before.outcome !== exchange.outcome) return false;
  if (exchange.outcome === "ok") return isQuiet(before) && isQuiet(exchange);
  if (exchange.outcome === "under-way") return false;
  return faultOf(before) === faultOf(exchange) && before.operations[0]?.id === exchange.operations[0]?.id;
}

/** Where nobody answered, or not the server, there is no code: then the words are all there is. */
const faultOf = ({ error }: SyncExchange): string =>
  error === null ? "" : (error.code ?? `${error.httpStatus} ${error.message}`);

/** A pull that brought nothing. */
export const isQuiet = ({ kind, outcome, changes, removedScopes }: SyncExchange): boolean =>
  kind === "pull" && outcome === "ok" && changes === 0 && removedScopes === 0;
