import { byteLength, type AnySyncContract } from "@tidemark/api/contracts";
import { databaseName } from "../storage/database-name.ts";
import { createIndexedDbStorage } from "../storage/indexeddb-storage.ts";
import { foldPages } from "../pull/fold-pages.ts";
import { confirmedSeq, pagesOf, settledKey } from "../storage/stored-state.ts";
import type { DeviceState, StoredOperation, StoredPage, SyncStorage } from "../storage/sync-storage.ts";
import { readCursor } from "./read-cursor.ts";

/** What is stored on this device for one person and one contract, all of it read in one moment. */
export interface SyncInspection {
  /** The IndexedDB database. */
  readonly database: string;
  readonly contract: { readonly name: string; readonly version: number };
  /** `null` where this person has no data on this device (any more). */
  readonly device: InspectedDevice | null;
  /** By name. */
  readonly scopes: readonly InspectedScope[];
  /** What no pull has confirmed yet, in the order of its seq. */
  readonly operations: readonly InspectedOperation[];
  readonly deadLetters: readonly InspectedDeadLetter[];
}

export interface InspectedDevice {
  readonly deviceId: string;
  /** The server's name for its database's history; `null` before the first answer. */
  readonly epoch: string | null;
  /** Of the app that wrote here last. */
  readonly contractVersion: number;
  /** Verdicts up to this seq are stored here. */
  readonly verdictSeq: number;
  /** The rows shown contain what the server applied up to this seq. */
  readonly pulledSeq: number;
  /** What the next request confirms: the server forgets its verdicts up to here. */
  readonly confirmedSeq: number;
  /** The opaque cursor, whole; `null` before the first pull. */
  readonly cursor: string | null;
  /** Pages of a pull are set aside that has not reached its end. */
  readonly isPulling: boolean;
  /** Former ids of this device that the server has not heard the end of. */
  readonly replaces: readonly string[];
}

export interface InspectedScope {
  readonly scope: string;
  /** As far as this device has pulled it; `null` before its first pull, or where the cursor's form is unknown. */
  readonly version: number | null;
  /** Rows of it that are stored here. */
  readonly rows: number;
  /** Somebody subscribed to it beside the contract's default scopes. */
  readonly isSubscribed: boolean;
}

export interface InspectedOperation {
  readonly id: string;
  readonly name: string;
  /** As it goes over the wire. */
  readonly seq: number;
  /** `settled`: the server has applied it, no pull has shown it yet. */
  readonly state: "queued" | "settled";
  readonly at: string;
  /** The version of its row that its author saw. */
  readonly base: number | null;
  /** Applied together with the others of its group, or not at all. */
  readonly group: string | null;
  readonly contractVersion: number;
  /** Its arguments as JSON. */
  readonly bytes: number;
  /** It keeps its seq and nothing more: this app has no meaning for it, or its author gave it up. */
  readonly retired: "too-old" | "discarded" | null;
}

export interface InspectedDeadLetter {
  readonly id: string;
  readonly name: string;
  readonly status: "rejected" | "parked";
  readonly code: string;
  readonly at: string;
  readonly base: number | null;
}

export interface InspectOptions {
  readonly contract: AnySyncContract;
  readonly user: { readonly id: string };
}

/**
 * Reads what one person's data on this device looks like inside, for tools and for people who look why something waits.
 * It opens a connection of its own, so it works in any tab and in a service worker; it writes nothing and keeps nothing
 * open.
 *
 * @throws SyncClientError `STORAGE_…`
 * @example
 * const { device, scopes } = await inspectSync({ contract, user: { id: "ann" } });
 */
export async function inspectSync({ contract, user }: InspectOptions): Promise<SyncInspection> {
  const name = databaseName(contract.name, user.id);
  const storage = createIndexedDbStorage({ name, contractVersion: contract.version });
  try {
    return {
      database: name,
      contract: { name: contract.name, version: contract.version },
      ...(await inspect(storage)),
    };
  } finally {
    storage.close();
  }
}

const STORES = ["meta", "outbox", "deadLetters", "pages"] as const;

/** One snapshot of all that is stored. */
export function inspect(storage: SyncStorage): Promise<Omit<SyncInspection, "database" | "contract">> {
  return storage.transaction("read", STORES, async (transaction) => {
    const [device, outbox, letters, pages] = await Promise.all([
      transaction.get("meta", "device"),
      transaction.list("outbox"),
      transaction.list("deadLetters"),
      transaction.list("pages"),
    ]);
    return {
      device: device === undefined ? null : describeDevice(device),
      scopes: device === undefined ? [] : describeScopes(device, pages),
      operations: device === undefined ? [] : outbox.map((operation) => describeOperation(device, operation)),
      deadLetters: letters.map(({ id, status, error, operation }) => ({
        id,
        name: operation.name,
        status,
        code: error.code,
        at: operation.at,
        base: operation.base ?? null,
      })),
    };
  });
}

function describeDevice(device: DeviceState): InspectedDevice {
  const { deviceId, epoch, contractVersion, ackSeq, pulledSeq, cursor, stagedCursor, replaces = [] } = device;
  return {
    deviceId,
    epoch,
    contractVersion,
    verdictSeq: ackSeq,
    pulledSeq,
    confirmedSeq: confirmedSeq(device),
    cursor,
    isPulling: stagedCursor !== undefined,
    replaces,
  };
}

function describeScopes(device: DeviceState, pages: readonly StoredPage[]): readonly InspectedScope[] {
  const { cursor, scopes: subscribed = [] } = device;
  const rows = Map.groupBy(foldPages(pages.filter(({ key }) => key <= pagesOf(device).shown)), ({ scope }) => scope);
  const positions = cursor === null ? [] : (readCursor(cursor) ?? []);
  const versions = new Map(positions.map(({ scope, version }) => [scope, version]));
  const names = [...new Set([...versions.keys(), ...subscribed])].sort();
  return names.map((scope) => ({
    scope,
    version: versions.get(scope) ?? null,
    rows: rows.get(scope)?.length ?? 0,
    isSubscribed: subscribed.includes(scope),
  }));
}

function describeOperation(device: DeviceState, operation: StoredOperation): InspectedOperation {
  const { id, name, key, at, base = null, group = null, contractVersion, retired = null, args } = operation;
  return {
    id,
    name,
    seq: key - device.seqBase,
    state: key > settledKey(device) ? "queued" : "settled",
    at,
    base,
    group,
    contractVersion,
    bytes: byteLength(JSON.stringify(args) ?? ""),
    retired,
  };
}
