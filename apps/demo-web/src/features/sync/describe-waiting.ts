import type { QueuedOperation, WaitReason } from "@tidemark/sync-client";
import type { ExchangeLog } from "@tidemark/sync-client/inspect";
import type { SyncTexts } from "./sync-texts.ts";

/**
 * What an operation waits for. `confirming`: applied, until a pull shows it. `behind`: an earlier one could not be sent,
 * and the order is kept. `held`: for `reason` to pass, whatever was tried.
 */
export type Wait =
  | { readonly kind: "confirming" | "in-flight" | "turn" | "behind" }
  | { readonly kind: "retry"; readonly attempts: number }
  | { readonly kind: "held"; readonly reason: Exclude<WaitReason, "none"> };

/** What each of these waits for; `queue` is the whole queue's beginning, in its order. */
export function describeWaits(
  queue: readonly QueuedOperation[],
  { exchanges, reason }: { readonly exchanges: ExchangeLog; readonly reason: WaitReason },
): readonly Wait[] {
  const underWay = new Set<string>();
  const attempts = new Map<string, number>();
  for (const { outcome, operations, times } of exchanges) {
    for (const { id } of operations) {
      if (outcome === "under-way") underWay.add(id);
      else if (outcome !== "ok") attempts.set(id, (attempts.get(id) ?? 0) + times);
    }
  }
  let isBehind = false;
  return queue.map(({ id, state }): Wait => {
    if (state === "settled") return { kind: "confirming" };
    if (underWay.has(id)) return { kind: "in-flight" };
    if (reason !== "none") return { kind: "held", reason };
    const tried = attempts.get(id) ?? 0;
    if (tried > 0) {
      isBehind = true;
      return { kind: "retry", attempts: tried };
    }
    return { kind: isBehind ? "behind" : "turn" };
  });
}

/** The same in words. */
export function waitText(wait: Wait, { texts, isSwitchedOff }: { texts: SyncTexts; isSwitchedOff: boolean }): string {
  switch (wait.kind) {
    case "confirming":
      return texts.waitsConfirm;
    case "in-flight":
      return texts.waitsFlight;
    case "turn":
      return texts.waitsTurn;
    case "behind":
      return texts.waitsBehind;
    case "retry":
      return texts.waitsRetry(wait.attempts);
    case "held":
      return wait.reason === "offline" && isSwitchedOff ? texts.waitsSwitch : texts[heldTexts[wait.reason]];
  }
}

const heldTexts = {
  offline: "waitsOffline",
  "signed-out": "waitsSignIn",
  server: "waitsServer",
  "app-too-old": "waitsUpdate",
  storage: "waitsSpace",
} as const;
