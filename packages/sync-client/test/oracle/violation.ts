export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10";

/** A broken promise. */
export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
  /** When it was seen, in virtual milliseconds. */
  readonly at: number;
}

/** Takes the first violation; what follows from it is noise. */
export interface Verdicts {
  breaks(invariant: Invariant, message: string): void;
  first(): Violation | undefined;
}

export function createVerdicts(now: () => number): Verdicts {
  let first: Violation | undefined;
  return {
    breaks(invariant, message) {
      first ??= { invariant, message, at: now() };
    },
    first: () => first,
  };
}
