/** Remembers who was here within the last `PRESENCE_TTL` seconds. */
export interface PresenceStore {
  /** This person is here now. */
  touch(userId: string): Promise<void>;
  /** Those of `userIds` who are here. */
  onlineAmong(userIds: readonly string[]): Promise<ReadonlySet<string>>;
}
