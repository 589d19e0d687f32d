import type { TidemarkError } from "../errors.ts";
import type { OperationVerdict } from "./sync-protocol.ts";
import type { RowChange } from "./sync-store.ts";

export type VerdictConflict = NonNullable<OperationVerdict["conflict"]>;

/** What running an operation came to. */
export type OperationOutcome =
  | {
      readonly refusal?: undefined;
      readonly result: unknown;
      readonly changes: readonly RowChange[];
      /** Set when the server kept something else than what the operation asked for. */
      readonly conflict?: VerdictConflict;
    }
  /** Refused before anything was written: the transaction can go on. */
  | { readonly refusal: TidemarkError; readonly conflict?: VerdictConflict };
