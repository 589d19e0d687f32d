import type { SyncChange } from "@tidemark/api/contracts";
import { LIST_ID, type Note, type Write } from "../notes.ts";
import type { Durability } from "../page-api.ts";

/** One contender, on a page of its own. It sends nothing before `drain`. */
export interface ClientSystem {
  readonly durability: Durability;
  /** Reads all that is stored, as an app does when it starts; answers it where the system does not keep it itself. */
  open(): Promise<unknown>;
  /** Stores rows as a pull would; the server has them, too. */
  fill(notes: readonly Note[]): Promise<void>;
  /** Resolves when the write is as durable as `durability` says. */
  enqueue(write: Write): Promise<void>;
  /** The same for many writes of one moment, in the way that the system does best. */
  enqueueTogether(writes: readonly Write[]): Promise<void>;
  /** All rows as they are shown. */
  read(): Promise<readonly Note[]>;
  /** Calls with the newest `limit` notes, at first and after each change; absent where there is no such thing. */
  readonly watch?: (limit: number | null, onRows: (notes: readonly Note[]) => void) => Promise<() => void>;
  /** Changes a row in the way that a subscriber hears of. */
  readonly edit?: (write: Write) => Promise<void>;
  /** Sends what is queued; resolves when nothing is, and `read` answers the rows as the server has them. */
  readonly drain?: () => Promise<void>;
  /** The longest queue that it can be asked to make, where that is less than the bench's. */
  readonly maxItems?: number;
  close(): Promise<void>;
}

/** A pulled row. */
export const noteOf = ({ id, value }: SyncChange): Note => {
  return { id, listId: LIST_ID, text: String(value?.["text"]), at: String(value?.["at"]) };
};

/** Has the server take writes; answers their rows as it has them then. */
export const applyWrites = (writes: readonly Write[]): Promise<readonly Note[]> =>
  post("/apply", writes) as Promise<readonly Note[]>;

/** Sends a request to the bench's server; throws unless it was answered well. */
export async function post(path: "/push" | "/pull" | "/apply", body: unknown): Promise<unknown> {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new TypeError(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
