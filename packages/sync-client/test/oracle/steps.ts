import type { TabStep } from "./client-port.ts";
import type { LineWeather } from "./network.ts";

export type WriteKind =
  | "add"
  | "edit"
  | "delete"
  | "bump"
  | "pair"
  | "card"
  | "entry"
  | "dismiss"
  | "refuse"
  | "crash"
  | "unknown"
  | "malformed";

export interface Write {
  readonly kind: WriteKind;
  readonly list: number;
  /** Which of the rows at hand. */
  readonly pick: number;
}

/** Something that happens to the world at a moment, in virtual milliseconds. */
export type Step = { readonly at: number } & (
  | { readonly do: "write"; readonly client: number; readonly pick: number; readonly writes: readonly Write[] }
  | { readonly do: "tab"; readonly client: number; readonly step: TabStep }
  | {
      readonly do: "decide";
      readonly client: number;
      readonly pick: number;
      readonly decision: "retry" | "discard";
    }
  /** The device's session is refused. */
  | { readonly do: "expire"; readonly client: number; readonly forMs: number }
  | { readonly do: "crash"; readonly client: number; readonly downMs: number }
  | { readonly do: "cut"; readonly client: number; readonly what: LineWeather["cut"]; readonly forMs: number }
  | { readonly do: "kill"; readonly node: number; readonly downMs: number }
  | { readonly do: "revoke" | "grant"; readonly user: number; readonly list: number }
  /** The person loads a newer app. */
  | { readonly do: "update"; readonly client: number; readonly downMs: number }
  /** The servers are started anew, and take no app older than this. */
  | { readonly do: "retire"; readonly oldest: number; readonly downMs: number }
  /** The bug that operations were parked for is no more. */
  | { readonly do: "mend" }
  | { readonly do: "rerun-parked" }
  /** Deletions that are older than this are forgotten. */
  | { readonly do: "prune"; readonly keepMs: number }
  | { readonly do: "choose"; readonly client: number; readonly pick: number; readonly isWanted: boolean }
  /** The browser clears the device, under its open tabs or while none is. */
  | { readonly do: "evict"; readonly client: number; readonly isClosed: boolean }
  | { readonly do: "back-up" }
  | { readonly do: "restore"; readonly downMs: number }
  | { readonly do: "misplace-cursor"; readonly client: number; readonly from: number }
);
