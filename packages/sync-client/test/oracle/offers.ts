import type { PushOperation } from "@tidemark/api/contracts";
import type { IntentArgs } from "./lists-contract.ts";
import type { Meaning } from "./older-names.ts";

/** An operation as a device pushed it. */
export interface Offer extends Pick<PushOperation, "name" | "base"> {
  readonly userId: string;
  readonly deviceId: string;
  readonly args: IntentArgs;
  readonly isGrouped: boolean;
  /** In today's words; nothing where they have no meaning. */
  readonly meaning: Meaning | undefined;
}

/** An operation that failed, and the commits that parked it and that gave it its final verdict. */
export interface Parked {
  readonly token: string;
  readonly index: number;
  settledAt: number;
}
