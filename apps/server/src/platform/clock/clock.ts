/** Time as the rest of the server sees it; nothing else asks the machine. */
export interface Clock {
  /** Milliseconds since 1970, by the machine's wall clock: for times that are stored or shown. */
  now(): number;
  /** Milliseconds since some start, never going back: for how long something took or may last. */
  monotonic(): number;
}
