import type { SyncActivity } from "@tidemark/sync-client";

/** One or more exchanges in a row that say the same. */
export interface ActivityLine {
  readonly text: string;
  readonly isFailure: boolean;
  /** The newest of them: ISO time by this device's clock. */
  readonly at: string;
  readonly count: number;
}

/** What `fetch` says without a network, in Chromium, Firefox and Safari. */
const NO_NETWORK = /failed to fetch|networkerror|load failed/i;
/** What the server says to a call without a valid token, to developers rather than to people. */
const SIGNED_OUT = /sign in/i;

/**
 * The exchanges that carried something or failed, newest first, repeated failures as one line. A pull every two seconds
 * that brings nothing is no news.
 */
export function describeActivity(exchanges: readonly SyncActivity[]): ActivityLine[] {
  const lines: ActivityLine[] = [];
  for (const exchange of exchanges) {
    const isFailure = exchange.outcome === "failed";
    if (!isFailure && exchange.operations + exchange.changes === 0) continue;
    const text = describe(exchange);
    const newer = lines.at(-1);
    if (isFailure && newer?.text === text) lines[lines.length - 1] = { ...newer, count: newer.count + 1 };
    else lines.push({ text, isFailure, at: exchange.at, count: 1 });
  }
  return lines;
}

function describe({ kind, outcome, operations, changes, message }: SyncActivity): string {
  const count = kind === "push" ? operations : changes;
  const what = count === 1 ? "1 change" : `${count} changes`;
  if (outcome === "ok") return kind === "push" ? `Sent ${what}` : `Received ${what}`;
  const failed = kind === "push" ? "Could not send" : "Could not check";
  if (message === undefined) return failed;
  if (NO_NETWORK.test(message)) return `${failed}: no connection`;
  return `${failed}: ${SIGNED_OUT.test(message) ? "signed out" : message}`;
}
