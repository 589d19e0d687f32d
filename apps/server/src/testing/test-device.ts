import { randomBytes, randomUUID } from "node:crypto";
import type { SyncChange } from "@tidemark/api/server";
import type { Client } from "./test-server.ts";

/** An operation before it has an id and a sequence number. */
export interface Step {
  readonly name: string;
  readonly args: unknown;
  readonly base?: number;
}

type PushOutput = Awaited<ReturnType<Client["sync"]["push"]["mutate"]>>;

/** A device as the wire sees it: its rows are what it pulled, its operations leave when the test says so. */
export interface TestDevice {
  readonly deviceId: string;
  /** Sends the operations as one batch, in sequence. */
  push(steps: readonly Step[]): Promise<PushOutput>;
  /** Pulls until nothing is left, and answers the scopes that were taken away. */
  pull(): Promise<readonly string[]>;
  /** The row as last pulled; `undefined` for one that it does not have. */
  row(id: string): SyncChange | undefined;
  rows(entity: string): readonly Record<string, unknown>[];
}

export function createTestDevice(client: Client): TestDevice {
  const deviceId = randomUUID();
  const rows = new Map<string, SyncChange>();
  let seq = 0;
  let cursor: string | null = null;

  const apply = (change: SyncChange) => {
    if (change.value === null) rows.delete(change.id);
    else rows.set(change.id, change);
  };
  const purge = (scope: string) => {
    for (const [id, row] of rows) if (row.scope === scope) rows.delete(id);
  };

  return {
    deviceId,
    push: (steps) => {
      const ops = steps.map((step) => ({
        ...step,
        id: newOperationId(),
        seq: (seq += 1),
        at: new Date().toISOString(),
      }));
      return client.sync.push.mutate({ deviceId, ops });
    },
    pull: async () => {
      const removed: string[] = [];
      for (let hasMore = true; hasMore;) {
        const page: Awaited<ReturnType<typeof client.sync.pull.query>> = await client.sync.pull.query({
          deviceId,
          cursor,
        });
        page.removedScopes.forEach(purge);
        page.changes.forEach(apply);
        removed.push(...page.removedScopes);
        ({ cursor, hasMore } = page);
      }
      return removed;
    },
    row: (id) => rows.get(id),
    rows: (entity) => [...rows.values()].flatMap((row) => (row.entity === entity && row.value ? [row.value] : [])),
  };
}

/** A UUIDv7 of now. */
export function newOperationId(): string {
  const hex = Date.now().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
