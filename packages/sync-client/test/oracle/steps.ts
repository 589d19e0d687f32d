import type { TabStep } from "./client-port.ts";
import type { LineWeather } from "./network.ts";

export type WriteKind = "add" | "edit" | "delete" | "bump" | "pair" | "refuse" | "crash" | "unknown" | "malformed";

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
  | { readonly do: "back-up" }
  | { readonly do: "restore"; readonly downMs: number }
  | { readonly do: "misplace-cursor"; readonly client: number; readonly from: number }
);
