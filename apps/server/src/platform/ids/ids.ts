/** New identifiers. */
export interface Ids {
  /** A random UUID. */
  uuid(): string;
}
