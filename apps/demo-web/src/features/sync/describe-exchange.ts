import type { SyncExchange } from "@tidemark/sync-client/inspect";
import { SWITCHED_OFFLINE } from "./offline-switch.ts";
import type { SyncTexts } from "./sync-texts.ts";

export type ExchangeTone = "neutral" | "good" | "warning" | "bad";

/** One line of the time line. */
export interface ExchangeDescription {
  readonly text: string;
  readonly tone: ExchangeTone;
}

/** What a push or pull came to, for a person. */
export function describeExchange(exchange: SyncExchange, texts: SyncTexts): ExchangeDescription {
  return exchange.kind === "push" ? describePush(exchange, texts) : describePull(exchange, texts);
}

/** A pull that brought nothing says nothing to a person, unless it is the last thing that happened. */
export const isNews = (exchange: SyncExchange, position: number): boolean => position === 0 || !isQuietPull(exchange);

const isQuietPull = ({ kind, outcome, changes, removedScopes }: SyncExchange): boolean =>
  kind === "pull" && (outcome === "under-way" || (outcome === "ok" && changes + removedScopes === 0));

function describePush(exchange: SyncExchange, texts: SyncTexts): ExchangeDescription {
  const { operations, outcome } = exchange;
  const count = operations.length;
  switch (outcome) {
    case "under-way":
      return { text: texts.pushing(count), tone: "neutral" };
    case "given-up":
      return { text: texts.pushGivenUp(count), tone: "warning" };
    case "lost":
    case "refused": {
      const why = reasonOf(exchange, texts);
      return { text: why === undefined ? texts.pushLost(count) : texts.pushFailed(count, why), tone: toneOf(outcome) };
    }
    case "ok": {
      const refused = operations.filter(({ verdict }) => verdict === "rejected" || verdict === "parked").length;
      if (refused > 0) return { text: texts.pushedRefused(count, refused), tone: "bad" };
      const isRepeated = operations.length > 0 && operations.every((operation) => operation.isRepeated);
      return { text: isRepeated ? texts.pushedAgain(count) : texts.pushed(count), tone: "good" };
    }
  }
}

function describePull(exchange: SyncExchange, texts: SyncTexts): ExchangeDescription {
  const { changes, removedScopes, outcome } = exchange;
  switch (outcome) {
    case "under-way":
      return { text: texts.pulling, tone: "neutral" };
    case "given-up":
      return { text: texts.pullGivenUp, tone: "warning" };
    case "lost":
    case "refused": {
      const why = reasonOf(exchange, texts);
      return { text: why === undefined ? texts.pullLost : texts.pullFailed(why), tone: toneOf(outcome) };
    }
    case "ok":
      if (removedScopes > 0) return { text: texts.pulledRemoved(removedScopes), tone: "warning" };
      return changes > 0
        ? { text: texts.pulled(changes), tone: "good" }
        : { text: texts.pulledNothing, tone: "neutral" };
  }
}

const toneOf = (outcome: "lost" | "refused"): ExchangeTone => (outcome === "lost" ? "warning" : "bad");

/** `undefined` where nobody answered and nobody knows why. */
function reasonOf({ outcome, error }: SyncExchange, texts: SyncTexts): string | undefined {
  if (outcome === "lost") return error?.message === SWITCHED_OFFLINE ? texts.whySwitched : undefined;
  if (error?.httpStatus === 401 || error?.httpStatus === 403) return texts.whySignedOut;
  if (error?.code === "CONTRACT_TOO_OLD") return texts.whyTooOld;
  return texts.whyServer(error?.code ?? String(error?.httpStatus ?? "?"));
}
